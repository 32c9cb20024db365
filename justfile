# Short names for what one does every day. `just --list`.

# Start the demo on 127.0.0.1:8080.
demo:
    cargo run -- demo

# Everything, in-process, offline.
test:
    cargo test

# Only the domain: seconds.
engine:
    cargo test -p countersign-engine

# What CI checks before it tests.
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- -D warnings
    cargo deny check bans licenses sources

# All of CI, peers included.
ci:
    .ci/run

# Accept changed snapshots after reading them.
snapshots:
    INSTA_UPDATE=always cargo test
