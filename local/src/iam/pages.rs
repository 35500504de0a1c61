//! Pages of the List actions: `MaxItems` (1 to 1,000, by default 100), `Marker`, `IsTruncated`.

use super::name::{invalid, read_number};
use crate::codec::query::Params;
use crate::codec::xml::Element;
use crate::error::ApiError;
use crate::pagination::page;

const DEFAULT: usize = 100;

/// Which page of a listing a request asks for.
pub(super) struct Pages {
    max_items: usize,
    marker: Option<String>,
}

impl Pages {
    pub(super) fn read(params: &Params) -> Result<Pages, ApiError> {
        let max_items = read_number(params, "MaxItems", 1, 1000)?;
        let max_items = max_items.and_then(|number| usize::try_from(number).ok()).unwrap_or(DEFAULT);
        Ok(Pages { max_items, marker: params.optional("Marker") })
    }

    /// The page out of `items`, written as the list `name`.
    pub(super) fn reply<T>(
        &self,
        name: &str,
        items: Vec<T>,
        key: impl Fn(&T) -> String,
        element: impl Fn(&T) -> Element,
    ) -> Result<Element, ApiError> {
        let page = page(items, key, Some(self.max_items), self.marker.as_deref())
            .map_err(|_| invalid("Invalid Marker.".to_owned()))?;
        let reply = Element::reply().members(name, page.items.iter().map(element));
        Ok(reply.field("IsTruncated", page.next_token.is_some()).optional("Marker", page.next_token))
    }
}
