# syntax=docker/dockerfile:1
# The server in an image of its own: glibc, the binary and nothing else: no shell, no package manager, no secret.
#
#   docker build -t countersign .
#   docker run --read-only --cap-drop ALL -v countersign:/var/lib/countersign -v ./policy.toml:/etc/countersign/policy.toml:ro -p 8080:8080 countersign
#
# The authorities that TLS trusts and the time zones are compiled in. The one place that is written to is
# /var/lib/countersign. For an image that can be rebuilt bit by bit, name both bases by their digests (--build-arg).
ARG BUILDER=docker.io/library/rust:1.95.0-bookworm
ARG BASE=gcr.io/distroless/cc-debian12:nonroot

FROM ${BUILDER} AS build
WORKDIR /src
COPY . .
# The image's own toolchain, which is that of rust-toolchain.toml without the parts that only developers need.
ENV RUSTUP_TOOLCHAIN=1.95.0
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked --bin countersign \
    && install -D target/release/countersign /out/usr/local/bin/countersign \
    && install -d -o 65532 -g 65532 -m 700 /out/var/lib/countersign

FROM ${BASE}
LABEL org.opencontainers.image.title="Countersign" \
      org.opencontainers.image.description="Self-hosted approval server for time-bound privileged access" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /out/ /
ENV COUNTERSIGN_LISTEN=0.0.0.0:8080 \
    COUNTERSIGN_POLICY=/etc/countersign/policy.toml \
    COUNTERSIGN_KEY_FILE=/var/lib/countersign/countersign.key \
    COUNTERSIGN_CHECKPOINTS=/var/lib/countersign/countersign.checkpoints \
    COUNTERSIGN_INSTANCE_FILE=/var/lib/countersign/countersign.instance \
    COUNTERSIGN_LOG_FORMAT=json \
    SQLITE_TMPDIR=/var/lib/countersign
WORKDIR /var/lib/countersign
VOLUME /var/lib/countersign
USER 65532:65532
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["/usr/local/bin/countersign", "healthcheck"]
ENTRYPOINT ["/usr/local/bin/countersign"]
CMD ["serve"]
