//! The binary: everything is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    // One TLS provider for all crates; the first to ask would otherwise choose, and two would panic.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("countersign cannot start: {error}");
            return ExitCode::FAILURE;
        }
    };
    runtime.block_on(countersign::cli::main())
}
