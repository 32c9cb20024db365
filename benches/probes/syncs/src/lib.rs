//! Preloaded into a process, counts its `fsync` and `fdatasync` calls in the eight bytes of the file that `SYNCS_FILE` names.
//!
//! The device's own counter would count everybody's on the machine.

use std::{
    ffi::c_int,
    fs::OpenOptions,
    os::fd::AsRawFd,
    ptr,
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
};

/// The counter that the measuring process reads; `None` without `SYNCS_FILE`.
fn counter() -> Option<&'static AtomicU64> {
    static COUNTER: OnceLock<Option<&'static AtomicU64>> = OnceLock::new();
    *COUNTER.get_or_init(|| {
        let path = std::env::var_os("SYNCS_FILE")?;
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path).ok()?;
        file.set_len(8).ok()?;
        let (access, shared) = (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_SHARED);
        // SAFETY: eight bytes of a file of eight bytes, mapped for as long as the process lives, at a page boundary.
        let at = unsafe { libc::mmap(ptr::null_mut(), 8, access, shared, file.as_raw_fd(), 0) };
        if at == libc::MAP_FAILED {
            return None;
        }
        // SAFETY: mapped above, aligned, and only ever used as an atomic.
        Some(unsafe { &*at.cast::<AtomicU64>() })
    })
}

fn counted(call: libc::c_long, file: c_int) -> c_int {
    if let Some(counter) = counter() {
        counter.fetch_add(1, Ordering::Relaxed);
    }
    // SAFETY: both calls take one file descriptor and touch no memory of ours.
    let done = unsafe { libc::syscall(call, file) };
    if done == 0 { 0 } else { -1 }
}

/// In place of libc's.
#[unsafe(no_mangle)]
pub extern "C" fn fsync(file: c_int) -> c_int {
    counted(libc::SYS_fsync, file)
}

/// In place of libc's.
#[unsafe(no_mangle)]
pub extern "C" fn fdatasync(file: c_int) -> c_int {
    counted(libc::SYS_fdatasync, file)
}
