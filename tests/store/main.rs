//! One story of the store, told on every database. PostgreSQL joins when `COUNTERSIGN_TEST_POSTGRES` names a server.

// The stories are functions that the tests call, which clippy does not take for tests.
#![allow(clippy::unwrap_used)]

/// Makes each story a test on each database.
macro_rules! stories {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {
        mod sqlite {
            $($(#[$doc])* #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() { super::$name(&crate::world::World::sqlite().await).await })+
        }
        mod postgres {
            $($(#[$doc])* #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                let Some(world) = crate::world::World::postgres(concat!(module_path!(), "::", stringify!($name))).await
                else { return };
                super::$name(&world).await;
                world.close().await;
            })+
        }
    };
}

mod defence;
mod delivery;
mod jobs;
mod opening;
mod records;
mod requests;
mod sample;
mod trail;
mod webhooks;
mod world;
