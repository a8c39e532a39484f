# syntax=docker/dockerfile:1
# Two stages: a Rust toolchain that builds, and an image that holds the program, its libraries and nothing to log in to.

FROM rust:1.95-slim-bookworm AS build
WORKDIR /src
COPY Cargo.toml Cargo.lock build.rs ./
COPY src ./src
COPY data ./data
COPY migrations ./migrations
COPY data ./data
# The manifest names it, so it must be there; nothing of it is built.
COPY benches ./benches
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --profile dist --locked --bin automod \
    && mkdir -p /out/data \
    && cp target/dist/automod /out/automod

# glibc, libgcc and the certificates of public authorities; no shell, no package manager.
FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /out/automod /automod
# A named volume mounted here takes over the owner.
COPY --from=build --chown=65532:65532 /out/data /data
COPY rules /rules
ENV AUTOMOD_SERVER__LISTEN=0.0.0.0:8080 \
    AUTOMOD_SERVER__METRICS_LISTEN=0.0.0.0:9090 \
    AUTOMOD_STORE__URL=sqlite:///data/automod.db \
    AUTOMOD_RULES__DIR=/rules
USER 65532:65532
WORKDIR /data
VOLUME /data
EXPOSE 8080 9090
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 CMD ["/automod", "healthcheck"]
ENTRYPOINT ["/automod"]
CMD ["serve"]
