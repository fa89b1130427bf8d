//! The templates of all callsites seen so far: read without a lock, written once each.

use std::sync::OnceLock;

use super::template::Template;

/// How many callsites the first part has room for.
const FIRST_SLOTS: usize = 256;

/// How much larger each further part is.
const GROWTH: usize = 4;

/// How many slots are tried in one part.
const PROBES: usize = 8;

/// Templates by the address of something that a program has a bounded number of, such as callsites.
#[derive(Debug)]
pub(crate) struct TemplateTable {
    slots: Box<[OnceLock<Box<Slot>>]>,
    further: OnceLock<Box<TemplateTable>>,
}

#[derive(Debug)]
struct Slot {
    key: usize,
    template: Template,
}

impl TemplateTable {
    /// An empty table.
    pub(crate) fn new() -> Self {
        Self::with_slots(FIRST_SLOTS)
    }

    /// `slots` is a power of two.
    fn with_slots(slots: usize) -> Self {
        TemplateTable {
            slots: (0..slots).map(|_| OnceLock::new()).collect(),
            further: OnceLock::new(),
        }
    }

    /// The template of this key; `make` makes it if there is none yet.
    #[inline]
    pub(crate) fn get(&self, key: usize, make: impl Fn() -> Template) -> &Template {
        let hash = hash_of(key);
        let mut table = self;
        loop {
            for probe in 0..PROBES {
                // The number of slots is a power of two, so the mask keeps the index within bounds.
                let slot = &table.slots[hash.wrapping_add(probe) & (table.slots.len() - 1)];
                match slot.get() {
                    Some(known) if known.key == key => return &known.template,
                    Some(_) => {}
                    None => {
                        // The host's own code may run in `make`, so the slot must not be locked meanwhile.
                        let template = make();
                        let known = slot.get_or_init(|| Box::new(Slot { key, template }));
                        if known.key == key {
                            return &known.template;
                        }
                    }
                }
            }
            table = table.grown();
        }
    }

    #[cold]
    fn grown(&self) -> &TemplateTable {
        self.further
            .get_or_init(|| Box::new(TemplateTable::with_slots(self.slots.len() * GROWTH)))
    }
}

/// Addresses of neighbours differ in few bits, none of them the lowest.
#[inline]
fn hash_of(key: usize) -> usize {
    let mixed = (key as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> 32) as usize
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use jkool_model::Severity;

    use super::*;
    use crate::capture::Outlet;
    use crate::{Client, transport::testing::Recording};

    #[test]
    fn each_key_has_one_template_however_many_there_are() {
        let client = Client::builder().transport(Recording::new()).build().unwrap();
        let outlet = Outlet::new(client);
        let table = TemplateTable::new();
        let made = Cell::new(0);
        for round in 0..2 {
            for key in (0..5000).map(|number| number * 64) {
                let template = table.get(key, || {
                    made.set(made.get() + 1);
                    let mut template = Template::unwanted(&outlet, Severity::Info);
                    template.prefix = key.to_le_bytes().into();
                    template
                });
                assert_eq!(*template.prefix, key.to_le_bytes(), "round {round}");
            }
        }
        assert_eq!(made.get(), 5000);
    }
}
