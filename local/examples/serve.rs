//! The embedded AWS on a port, for clients in other languages: `serve [DIRECTORY]` prints its address and answers until
//! it is ended. With a directory the world is kept there; without one it is gone with the process.

use deploy_local::Local;
use deploy_local::serve::Server;
use std::error::Error;
use std::io::Write;
use std::path::Path;

/// Where the ids of a world in memory begin: the same in every run.
const SEED: u64 = 1;

fn main() -> Result<(), Box<dyn Error>> {
    let local = match std::env::args_os().nth(1) {
        Some(directory) => Local::open(Path::new(&directory))?,
        None => Local::in_memory(SEED),
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let server = Server::bind(local, 0).await?;
        let mut screen = std::io::stdout();
        writeln!(screen, "http://{}", server.address()?)?;
        screen.flush()?;
        server.run().await?;
        Ok(())
    })
}
