//! Route tables, with the routes and associations that are parts of them.

mod association;
mod route;
mod table;

pub use route::reaches_internet;
pub(super) use table::{RouteTable, create_main};

use super::describe::describe;
use super::dispatch::Operation;

pub(super) fn operation(action: &str) -> Option<Operation> {
    Some(match action {
        "CreateRouteTable" => table::create,
        "DescribeRouteTables" => describe::<RouteTable>,
        "DeleteRouteTable" => table::delete,
        "CreateRoute" => route::create,
        "ReplaceRoute" => route::replace,
        "DeleteRoute" => route::delete,
        "AssociateRouteTable" => association::associate,
        "DisassociateRouteTable" => association::disassociate,
        "ReplaceRouteTableAssociation" => association::replace,
        _ => return None,
    })
}
