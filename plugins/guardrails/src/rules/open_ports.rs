//! `open_ports`: what may be open to the internet.

use deploy_kinds::security::{Group, Peer, Permission, PortRange};
use deploy_plugin::Outlook;
use ipnet::IpNet;

use super::of_each;
use crate::breach::Breach;
use crate::config::Config;

/// The widest range of private addresses of IPv4, `10.0.0.0/8`. What is wider holds public ones.
///
/// Source: <https://datatracker.ietf.org/doc/html/rfc1918>
const WIDEST_OF_V4: u8 = 8;
/// The same of IPv6, `fc00::/7`.
///
/// Source: <https://datatracker.ietf.org/doc/html/rfc4193>
const WIDEST_OF_V6: u8 = 7;

/// The rules of all groups that let the internet in where they must not.
pub fn breaches(config: &Config, outlook: &Outlook<'_>) -> Vec<Breach> {
    let Some(open_ports) = &config.open_ports else { return Vec::new() };
    of_each::<Group>(outlook, |address, group| {
        let too_open = group.ingress.keys().filter(|permission| is_too_open(permission, open_ports));
        too_open
            .map(|permission| {
                let message = format!("ingress is open to the internet: `{permission}`");
                Breach::certain(address, message, help(permission, open_ports))
            })
            .collect()
    })
}

fn is_too_open(permission: &Permission, open_ports: &[u16]) -> bool {
    let Peer::Range(range) = &permission.peer else { return false };
    let is_listed = |port: i32| open_ports.iter().any(|open| i32::from(*open) == port);
    let is_allowed = |ports: PortRange| ports.from <= ports.to && (ports.from..=ports.to).all(is_listed);
    is_internet(range) && !(permission.protocol.has_ports() && permission.ports.is_some_and(is_allowed))
}

/// Whether a range is wider than any private one, so that halves of the internet are no way around the rule.
fn is_internet(range: &IpNet) -> bool {
    match range {
        IpNet::V4(range) => range.prefix_len() < WIDEST_OF_V4,
        IpNet::V6(range) => range.prefix_len() < WIDEST_OF_V6,
    }
}

fn help(permission: &Permission, open_ports: &[u16]) -> String {
    let listed: Vec<String> = open_ports.iter().map(u16::to_string).collect();
    let allowed = match listed.as_slice() {
        [] => "no port may be".to_owned(),
        [one] => format!("only port {one} may be"),
        several => format!("only the ports {} may be", several.join(", ")),
    };
    let name_them = "name the address ranges or groups that need it";
    match permission.ports {
        Some(ports) if permission.protocol.has_ports() && ports.from == ports.to => {
            format!("{allowed}: {name_them}, or list {}", ports.from)
        }
        _ => format!("{allowed}: {name_them}"),
    }
}
