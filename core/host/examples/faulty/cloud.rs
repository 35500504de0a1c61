//! Resources in files: a service that outlives the plugin.

use std::fs;
use std::path::PathBuf;

use deploy_plugin::model::{Address, Owner};
use serde::{Deserialize, Serialize};

use crate::thing::Thing;

/// A resource in its file.
#[derive(Serialize, Deserialize)]
pub struct Record {
    pub id: String,
    pub owner: Owner,
    pub address: Address,
    pub inputs: Thing,
}

fn file(id: &str) -> PathBuf {
    PathBuf::from(format!("cloud/{id}.json"))
}

/// Everything that there is.
pub fn all() -> Vec<Record> {
    let listing = match fs::read_dir("cloud") {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Vec::new(),
        listing => listing.expect("a folder"),
    };
    let files = listing.flatten();
    let records = files.filter_map(|file| serde_json::from_slice(&fs::read(file.path()).ok()?).ok());
    records.collect()
}

/// Makes a resource, whatever there is already: a second one of the same name is a second one.
pub fn create(owner: &Owner, address: &Address, inputs: Thing) -> String {
    let number =
        1 + all().iter().filter_map(|record| record.id.rsplit('-').next()?.parse::<u32>().ok()).max().unwrap_or(0);
    let id = format!("thing-{number}");
    put(&Record { id: id.clone(), owner: owner.clone(), address: address.clone(), inputs });
    id
}

/// Writes a resource down.
pub fn put(record: &Record) {
    let _ = fs::create_dir("cloud");
    fs::write(file(&record.id), serde_json::to_vec(record).expect("plain data")).expect("a file");
}

/// Takes a resource away.
pub fn delete(id: &str) {
    let _ = fs::remove_file(file(id));
}
