//! Arguments in, exit code out; everything else is in the library.

/// Much is allocated on one thread and freed on another, a group of offenders at a time: the system's allocator gives that
/// memory back and asks for it again.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    chat_automod::cli::main()
}
