//! The names of the loggers, each kept once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::queue::ChannelId;

/// The channels of one client. They are kept for its life, as in other logging libraries.
#[derive(Debug, Default)]
pub(crate) struct Channels {
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    names: Vec<Arc<str>>,
    ids: HashMap<Arc<str>, ChannelId>,
}

impl Channels {
    /// The channel of this name, and the shared name.
    pub(crate) fn intern(&self, name: &str) -> (ChannelId, Arc<str>) {
        let mut known = self.lock();
        if let Some((name, id)) = known.ids.get_key_value(name) {
            return (*id, Arc::clone(name));
        }
        let name: Arc<str> = Arc::from(name);
        // Four billion names do not fit into memory.
        let id = ChannelId(u32::try_from(known.names.len()).unwrap_or(u32::MAX));
        known.names.push(Arc::clone(&name));
        known.ids.insert(Arc::clone(&name), id);
        (id, name)
    }

    fn names_from(&self, start: usize) -> Vec<Arc<str>> {
        self.lock().names.iter().skip(start).map(Arc::clone).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The worker's copy of the names, so that it takes no lock per record.
#[derive(Debug)]
pub(crate) struct ChannelNames {
    channels: Arc<Channels>,
    names: Vec<Arc<str>>,
}

impl ChannelNames {
    pub(crate) fn new(channels: Arc<Channels>) -> Self {
        Self {
            channels,
            names: Vec::new(),
        }
    }

    /// The channel of this name.
    #[cfg(feature = "spool")]
    pub(crate) fn intern(&self, name: &str) -> ChannelId {
        self.channels.intern(name).0
    }

    /// The name of this channel.
    pub(crate) fn get(&mut self, ChannelId(number): ChannelId) -> Arc<str> {
        let index = usize::try_from(number).unwrap_or(usize::MAX);
        if index >= self.names.len() {
            let new = self.channels.names_from(self.names.len());
            self.names.extend(new);
        }
        self.names.get(index).map_or_else(|| Arc::from(""), Arc::clone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_name_has_one_number() {
        let channels = Arc::new(Channels::default());
        let mut names = ChannelNames::new(Arc::clone(&channels));
        let (orders, _) = channels.intern("orders");
        assert_eq!(&*names.get(orders), "orders");
        let (stock, _) = channels.intern("stock");
        assert_eq!(channels.intern("orders").0, orders);
        assert_ne!(stock, orders);
        assert_eq!(&*names.get(stock), "stock");
    }
}
