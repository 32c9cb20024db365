//! What follows a mail's link: the test has the console.

use std::{future::Future, pin::Pin, sync::Arc};

/// `who` follows a link, signs in where that is asked, gives this note where one is asked for, and presses the one button
/// of the page; what the page then says.
pub type Follow = Arc<dyn Fn(usize, String, String) -> Pin<Box<dyn Future<Output = String> + Send>> + Send + Sync>;
