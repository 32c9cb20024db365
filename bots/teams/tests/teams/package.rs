//! The app package.

use countersign_kit::teams::APP;
use countersign_teams::package;
use std::io::{Cursor, Read};
use zip::ZipArchive;

fn unzipped() -> Vec<(String, Vec<u8>)> {
    let bytes = package(APP, "https://access.acme.com", "0.1.0").unwrap();
    let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..zip.len())
        .map(|n| {
            let mut file = zip.by_index(n).unwrap();
            let mut content = Vec::new();
            file.read_to_end(&mut content).unwrap();
            (file.name().unwrap().into_owned(), content)
        })
        .collect()
}

/// Width and height, from a PNG's header.
fn size(png: &[u8]) -> (u32, u32) {
    assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
    let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap());
    (number(16), number(20))
}

#[test]
fn the_package_is_what_teams_takes() {
    let files = unzipped();
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["manifest.json", "color.png", "outline.png"]);
    assert_eq!((size(&files[1].1), size(&files[2].1)), ((192, 192), (32, 32)));
    let manifest: serde_json::Value = serde_json::from_slice(&files[0].1).unwrap();
    assert_eq!(manifest["id"], APP);
    assert_eq!(manifest["bots"][0]["botId"], APP);
    assert_eq!(manifest["bots"][0]["scopes"], serde_json::json!(["personal", "team", "groupChat"]));
    assert_eq!(manifest["validDomains"], serde_json::json!(["access.acme.com"]));
    insta::assert_json_snapshot!("manifest", manifest);
}

/// "App manifest schema for Teams": how long things may be.
#[test]
fn the_manifest_is_within_teams_limits() {
    let manifest: serde_json::Value = serde_json::from_slice(&unzipped()[0].1).unwrap();
    let long = |value: &serde_json::Value, most: usize| value.as_str().unwrap().chars().count() <= most;
    assert!(long(&manifest["name"]["short"], 30) && long(&manifest["name"]["full"], 100));
    assert!(long(&manifest["description"]["short"], 80) && long(&manifest["description"]["full"], 4_000));
    let commands = manifest["bots"][0]["commandLists"][0]["commands"].as_array().unwrap();
    assert!(commands.len() <= 10);
    assert!(commands.iter().all(|c| long(&c["title"], 32) && long(&c["description"], 128)));
}
