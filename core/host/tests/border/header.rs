//! `deploy_plugin.h` and `abi.rs` say the same.

use std::mem::{align_of, offset_of, size_of};
use std::process::Command;

use deploy_plugin::abi::{ABI, ENTRY, HostV1, PluginV1};
use deploy_plugin::wire::frame::MAX_FRAME;

use crate::languages::cc;

const FIELDS_OF_THE_HOST: &[&str] = &["size", "abi", "ctx", "emit", "reserved"];
const FIELDS_OF_THE_PLUGIN: &[&str] = &["size", "abi", "sdk", "open", "deliver", "close", "reserved"];

/// A program that prints one number for each thing that both sides must agree on.
fn source() -> String {
    let number = |what: String| format!("    printf(\"%zu\\n\", (size_t)({what}));\n");
    let structure = |name: &str, fields: &[&str]| {
        let whole = [format!("sizeof({name})"), format!("_Alignof({name})")].map(number).concat();
        let offsets = fields.iter().map(|field| number(format!("offsetof({name}, {field})")));
        whole + &offsets.collect::<String>()
    };
    let body = [
        structure("deploy_host_v1", FIELDS_OF_THE_HOST),
        structure("deploy_plugin_v1", FIELDS_OF_THE_PLUGIN),
        number("DEPLOY_PLUGIN_ABI".to_owned()),
        number("DEPLOY_PLUGIN_MAX_FRAME".to_owned()),
    ];
    format!("#include <stdio.h>\n#include \"deploy_plugin.h\"\nint main(void) {{\n{}    return 0;\n}}\n", body.concat())
}

#[test]
fn sizes_and_places_agree() {
    let folder = tempfile::tempdir().expect("a folder");
    let (file, program) = (folder.path().join("layout.c"), folder.path().join("layout"));
    std::fs::write(&file, source()).expect("a file");
    cc(&[file.as_os_str(), "-o".as_ref(), program.as_os_str()]);
    let output = Command::new(program).output().expect("it runs");
    let numbers: Vec<usize> =
        String::from_utf8(output.stdout).expect("text").lines().map(|line| line.parse().expect("a number")).collect();
    let host = [
        size_of::<HostV1>(),
        align_of::<HostV1>(),
        offset_of!(HostV1, size),
        offset_of!(HostV1, abi),
        offset_of!(HostV1, ctx),
        offset_of!(HostV1, emit),
        offset_of!(HostV1, reserved),
    ];
    let plugin = [
        size_of::<PluginV1>(),
        align_of::<PluginV1>(),
        offset_of!(PluginV1, size),
        offset_of!(PluginV1, abi),
        offset_of!(PluginV1, sdk),
        offset_of!(PluginV1, open),
        offset_of!(PluginV1, deliver),
        offset_of!(PluginV1, close),
        offset_of!(PluginV1, reserved),
    ];
    assert_eq!(numbers, [&host[..], &plugin[..], &[ABI as usize, MAX_FRAME]].concat());
    let header = std::fs::read_to_string(crate::languages::include().join("deploy_plugin.h")).expect("the header");
    assert!(header.contains(&format!("*{}(uint32_t host_abi)", ENTRY.to_string_lossy())));
}
