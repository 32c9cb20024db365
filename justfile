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

# The model checker with wider bounds: hours and memory, 10 million states or more.
model-big:
    MODEL_VOTES=4 MODEL_FAULTS=2 MODEL_EDITS=1 MODEL_FLOOR=10000000 .ci/model

# Mutants by area of tests/mutants.txt: `just mutants quoting tree`, `just mutants all`.
mutants *areas:
    .ci/mutants {{areas}}

# The real server killed thousands of times and hung up on a hundred thousand; needs COUNTERSIGN_TEST_POSTGRES.
durability-long:
    COUNTERSIGN_TEST_ROUNDS=5000 COUNTERSIGN_TEST_HANGUPS=100000 COUNTERSIGN_TEST_UPSETS=200 .ci/durability

# Fifty restored histories, a hundred thousand tampered trails; needs COUNTERSIGN_TEST_POSTGRES.
drills-long:
    COUNTERSIGN_TEST_SEEDS=50 COUNTERSIGN_TEST_TAMPERED=100000 .ci/drills

# Ten minutes for each fuzz target.
fuzz-long *targets:
    COUNTERSIGN_FUZZ_SECONDS=600 .ci/fuzz {{targets}}

# What is shipped for running it, judged by others' tools.
deploy:
    .ci/deploy

# A hundred million steps of the simulator.
simulation-long:
    SIMULATION_STEPS=100_000_000 SIMULATION_SQLITE_STEPS=1_000_000 .ci/simulation

# Replays one seed of the simulator and prints all that happened.
replay seed:
    cd tests/simulation && SIMULATION_SEED={{seed}} cargo run --locked

# Measures the server beside its peers; see benches/run.
bench *args:
    benches/run {{args}}
