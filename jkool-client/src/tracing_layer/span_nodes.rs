//! What layers of this crate keep with a span: one node for each layer of the stack.

use std::sync::Arc;

use super::span_node::SpanNode;

/// The nodes of one span, by the number of the layer. Nearly always there is one.
#[derive(Debug, Default)]
pub(super) struct SpanNodes {
    first: Option<(usize, Arc<SpanNode>)>,
    others: Vec<(usize, Arc<SpanNode>)>,
}

impl SpanNodes {
    /// Adds the node of a layer that has none yet.
    pub(super) fn add(&mut self, layer: usize, node: Arc<SpanNode>) {
        match &self.first {
            None => self.first = Some((layer, node)),
            Some(_) => self.others.push((layer, node)),
        }
    }

    /// The node of a layer.
    #[inline]
    pub(super) fn get(&self, layer: usize) -> Option<Arc<SpanNode>> {
        self.first
            .iter()
            .chain(&self.others)
            .find(|(owner, _)| *owner == layer)
            .map(|(_, node)| Arc::clone(node))
    }

    /// Takes the node of a layer away.
    pub(super) fn take(&mut self, layer: usize) -> Option<Arc<SpanNode>> {
        if self.first.as_ref().is_some_and(|(owner, _)| *owner == layer) {
            return self.first.take().map(|(_, node)| node);
        }
        let position = self.others.iter().position(|(owner, _)| *owner == layer)?;
        Some(self.others.swap_remove(position).1)
    }
}
