//! The layer itself.

use std::cell::LazyCell;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use jkool_model::{EntityKind, Severity};
use tracing_core::span::{Attributes, Id, Record};
use tracing_core::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::{LookupSpan, SpanRef};

use super::activity_writer::write_activity;
use super::candidates::{EndingSpan, HappeningEvent};
use super::last_span::{self, LastSpanKey};
use super::span_fields::{Recorded, SpanFieldWriter};
use super::span_node::SpanNode;
use super::span_nodes::SpanNodes;
use crate::capture::{
    Callsite, Entered, EventWriter, FieldPlan, Membership, Options, Outlet, Template, TemplateTable,
    capture_setters, with_buffers,
};
use crate::{Client, FilterReason};

/// Streams what the crate `tracing` records: every event as an event, every span as an activity when it closes.
///
/// Made by [`Client::tracing_layer`](crate::Client::tracing_layer), which tells how to use it and what becomes of what.
#[must_use = "a layer does nothing until it is part of a subscriber"]
pub struct TracingLayer {
    number: usize,
    outlet: Outlet,
    options: Options,
    activities: Activities,
    templates: TemplateTable,
    /// How often a span was decided anew that events may have happened in.
    changes: AtomicU64,
}

/// Asked with the target and the name of a span.
type Choose = dyn Fn(&str, &str) -> bool + Send + Sync;

/// Which spans become activities.
enum Activities {
    All,
    None,
    If(Box<Choose>),
}

impl TracingLayer {
    pub(crate) fn new(client: Client) -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let outlet = Outlet::new(client);
        TracingLayer {
            number: NEXT.fetch_add(1, Ordering::Relaxed),
            options: Options::new(outlet.filters().levels.clone()),
            activities: Activities::All,
            templates: TemplateTable::new(),
            changes: AtomicU64::new(0),
            outlet,
        }
    }

    capture_setters!();

    /// Which spans become activities, of those that pass the levels: `choose` is asked with the target and the name of
    /// a span, once for each place in the code. Events in a span that does not become one belong to the nearest span
    /// around it that does. Default: all.
    pub fn activities_if(mut self, choose: impl Fn(&str, &str) -> bool + Send + Sync + 'static) -> Self {
        self.activities = Activities::If(Box::new(choose));
        self
    }

    /// No span becomes an activity; events belong to none.
    pub fn without_activities(mut self) -> Self {
        self.activities = Activities::None;
        self
    }

    /// The template of a callsite, made when it is first seen.
    #[inline]
    fn template(&self, metadata: &'static Metadata<'static>) -> &Template {
        let address = std::ptr::from_ref(metadata).addr();
        self.templates.get(address, || self.new_template(metadata))
    }

    #[cold]
    fn new_template(&self, metadata: &Metadata<'_>) -> Template {
        let (target, severity) = (metadata.target(), severity(*metadata.level()));
        let is_chosen = || match &self.activities {
            Activities::All => true,
            Activities::None => false,
            Activities::If(choose) => choose(target, metadata.name()),
        };
        if !self.options.levels.passes(target, severity) {
            return Template {
                is_below_level: true,
                ..Template::unwanted(&self.outlet, severity)
            };
        }
        if metadata.is_span() && !is_chosen() {
            return Template::unwanted(&self.outlet, severity);
        }
        let encoder = self.outlet.encoder();
        let callsite = Callsite {
            kind: if metadata.is_span() {
                EntityKind::Activity
            } else {
                EntityKind::Event
            },
            target,
            operation: operation(metadata),
            severity,
            file: metadata.file(),
            line: metadata.line(),
        };
        let plan = if metadata.is_span() {
            FieldPlan::of_span
        } else {
            FieldPlan::of_event
        };
        let fields = metadata.fields().iter();
        let fields = fields.map(|field| plan(encoder, field.name())).collect();
        Template::new(&self.outlet, &self.options, callsite, fields)
    }

    /// What this layer keeps with the span, or with the nearest one around it for which it keeps anything.
    #[inline]
    fn nearest<'a, S>(&self, span: Option<SpanRef<'a, S>>) -> Option<Arc<SpanNode>>
    where
        S: Subscriber + LookupSpan<'a>,
    {
        let mut next = span;
        while let Some(span) = next {
            if let Some(node) = self.node(&span) {
                return Some(node);
            }
            next = span.parent();
        }
        None
    }

    /// What this layer keeps with the span.
    #[inline]
    fn node<'a, S>(&self, span: &SpanRef<'a, S>) -> Option<Arc<SpanNode>>
    where
        S: Subscriber + LookupSpan<'a>,
    {
        span.extensions().get::<SpanNodes>()?.get(self.number)
    }

    fn node_of<S>(&self, id: &Id, context: &Context<'_, S>) -> Option<Arc<SpanNode>>
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        self.node(&context.span(id)?)
    }

    /// Whether the span that an event is in is kept.
    fn is_span_kept<S>(
        &self,
        event: &Event<'_>,
        context: &Context<'_, S>,
        node: &impl Deref<Target = Option<Arc<SpanNode>>>,
    ) -> Option<bool>
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        let look_up = || node.as_deref().map(SpanNode::is_kept);
        if !event.is_contextual() {
            return look_up();
        }
        let current = context.current_span();
        let key = LastSpanKey {
            layer: self.number,
            span: current.id()?.into_u64(),
            changes: self.changes.load(Ordering::Acquire),
        };
        last_span::is_kept(key, look_up)
    }

    fn read_fields(&self, template: &Template, read: impl FnOnce(&mut SpanFieldWriter<'_>)) -> Recorded {
        let sampling = self.outlet.filters().sampling;
        let mut writer = SpanFieldWriter::new(self.outlet.encoder(), &self.options, template, sampling);
        read(&mut writer);
        writer.finish()
    }

    /// Whether anything of this callsite is wanted; if it is not for its level, that is counted.
    #[inline]
    fn wants(&self, template: &Template) -> bool {
        if template.is_below_level {
            self.outlet.count_filtered(FilterReason::Level);
        }
        template.is_wanted
    }
}

/// The fields of an event or a span are read, with the host's own `Debug`, before any span is locked.
impl<S> Layer<S> for TracingLayer
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let Some(_entered) = Entered::new() else { return };
        let template = self.template(event.metadata());
        if !self.wants(template) {
            return;
        }
        // Not every filter needs the span, and to find it costs more than most of them.
        let node = LazyCell::new(|| self.nearest(context.event_span(event)));
        let candidate = HappeningEvent {
            event,
            template,
            is_span_kept: || self.is_span_kept(event, &context, &node),
        };
        let Ok(passed) = self.outlet.judge(&candidate) else {
            if template.severity >= Severity::Error
                && let Some(node) = &*node
            {
                node.fail(b"");
            }
            return;
        };
        with_buffers(|buffers| {
            let mut writer = EventWriter::begin(self.outlet.encoder(), &self.options, template, buffers);
            self.outlet.tell_suppressed(&mut writer, passed);
            event.record(&mut writer);
            let Some(node) = &*node else {
                writer.finish(None);
                self.outlet
                    .offer(&buffers.out, EntityKind::Event, &template.channel, passed);
                return;
            };
            let written = node.with_correlators(|correlators| {
                writer.finish(Some(Membership {
                    parent: &node.id,
                    correlators,
                }))
            });
            if template.severity >= Severity::Error {
                let text = written.trouble.and_then(|range| buffers.out.get(range));
                node.fail(text.unwrap_or_default());
            }
            if self
                .outlet
                .offer(&buffers.out, EntityKind::Event, &template.channel, passed)
            {
                node.add_member(written.id);
            }
        });
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(_entered) = Entered::new() else { return };
        let template = self.template(attributes.metadata());
        if !self.wants(template) {
            return;
        }
        let Some(span) = context.span(id) else { return };
        let parent = self.nearest(span.parent());
        let sampling = self.outlet.filters().sampling;
        if sampling.is_some()
            && !template.may_set_correlator
            && parent.as_ref().is_some_and(|parent| !parent.is_kept())
        {
            // What happens in it belongs to its parent, and is not kept either.
            return self.outlet.count_filtered(FilterReason::Sampling);
        }
        let recorded = self.read_fields(template, |writer| attributes.record(writer));
        let node = Arc::new(SpanNode::start(self.outlet.encoder(), sampling, parent, recorded));
        let mut extensions = span.extensions_mut();
        if extensions.get_mut::<SpanNodes>().is_none() {
            extensions.replace(SpanNodes::default());
        }
        if let Some(nodes) = extensions.get_mut::<SpanNodes>() {
            nodes.add(self.number, node);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let Some(_entered) = Entered::nested() else { return };
        let Some((node, metadata)) = context
            .span(id)
            .and_then(|span| Some((self.node(&span)?, span.metadata())))
        else {
            return;
        };
        let recorded = self.read_fields(self.template(metadata), |writer| values.record(writer));
        let is_decided_anew = recorded.is_kept.is_some();
        node.record(self.outlet.encoder(), recorded, self.options.max_fields);
        if is_decided_anew {
            self.changes.fetch_add(1, Ordering::Release);
        }
    }

    fn on_follows_from(&self, id: &Id, follows: &Id, context: Context<'_, S>) {
        let Some(followed) = self.nearest(context.span(follows)) else {
            return;
        };
        if let Some(node) = self.node_of(id, &context) {
            node.follow(self.outlet.encoder(), &followed);
        }
    }

    fn on_enter(&self, id: &Id, context: Context<'_, S>) {
        if let Some(node) = self.node_of(id, &context) {
            node.enter();
        }
    }

    fn on_exit(&self, id: &Id, context: Context<'_, S>) {
        if let Some(node) = self.node_of(id, &context) {
            node.exit();
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some((node, metadata)) = context.span(&id).and_then(|span| {
            let node = span.extensions_mut().get_mut::<SpanNodes>()?.take(self.number)?;
            Some((node, span.metadata()))
        }) else {
            return;
        };
        let Some(_entered) = Entered::nested() else { return };
        let template = self.template(metadata);
        let candidate = EndingSpan {
            node: &node,
            template,
        };
        let Ok(passed) = self.outlet.judge(&candidate) else {
            return;
        };
        let is_accepted = with_buffers(|buffers| {
            write_activity(self.outlet.encoder(), template, &node, &mut buffers.out);
            self.outlet
                .offer(&buffers.out, EntityKind::Activity, &template.channel, passed)
        });
        if let Some(parent) = &node.parent
            && is_accepted
        {
            parent.add_member(node.id.clone());
        }
    }
}

impl fmt::Debug for TracingLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TracingLayer")
            .field("endpoint", self.outlet.client().endpoint())
            .field("levels", &self.options.levels)
            .finish_non_exhaustive()
    }
}

fn severity(level: Level) -> Severity {
    match level {
        Level::TRACE => Severity::Trace,
        Level::DEBUG => Severity::Debug,
        Level::INFO => Severity::Info,
        Level::WARN => Severity::Warning,
        Level::ERROR => Severity::Error,
    }
}

/// The name of a span, the name given to an event, or else its target: without a name, the macros make one of the
/// place in the code.
pub(super) fn operation<'a>(metadata: &'a Metadata<'_>) -> &'a str {
    if metadata.is_event() && metadata.name().starts_with("event ") {
        metadata.target()
    } else {
        metadata.name()
    }
}
