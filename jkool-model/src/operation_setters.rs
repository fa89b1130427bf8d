//! The setters and getters that events, activities and log entries have in common, written once.

/// Methods for a type whose `fields` are `OperationFields`; `$layout` owns the names of its fields.
macro_rules! operation_setters {
    ($layout:expr) => {
        $crate::field_setters::text_setters! { fields:
            /// What was done, the `operation` field. A client's loggers fill it in with their name.
            operation, get_operation;
            /// Where it was done: a place, an address, a region.
            location, get_location;
            /// The user for whom it was done.
            user, get_user;
        }
        $crate::field_setters::text_setters! { rare:
            /// The name of the innermost element of the source, the `source` field.
            source, get_source;
            /// The source's subsystem name, the `source-ssn` field.
            source_ssn, get_source_ssn;
            /// A URL that leads to the source, the `source-url` field.
            source_url, get_source_url;
            /// What was worked on: a queue, a file, a table.
            resource, get_resource;
            /// The exception that ended it: its text, or the whole stack trace.
            exception, get_exception;
        }

        /// Where it comes from, the `source-fqn` field: a [`SourceFqn`](crate::SourceFqn), or any text, which
        /// is sent as it is.
        ///
        /// Default: none; an encoder's [`Decorations`](crate::Decorations) may fill it in.
        #[inline]
        pub fn source_fqn(mut self, source_fqn: impl Into<std::borrow::Cow<'static, str>>) -> Self {
            self.fields.source_fqn = Some(source_fqn.into());
            self
        }

        /// The text of the source FQN, which may be malformed if it was not made from a `SourceFqn`.
        #[must_use]
        pub fn get_source_fqn(&self) -> Option<&str> {
            self.fields.source_fqn.as_deref()
        }

        /// How serious it is.
        ///
        /// Default: INFO.
        #[inline]
        pub fn severity(mut self, severity: $crate::Severity) -> Self {
            self.fields.severity = Some(severity);
            self
        }

        /// How serious it is.
        #[must_use]
        pub fn get_severity(&self) -> Option<$crate::Severity> {
            self.fields.severity
        }

        /// The identity, the `tracking-id` field.
        ///
        /// Default: a fresh one.
        #[inline]
        pub fn tracking_id(mut self, id: impl Into<$crate::TrackingId>) -> Self {
            self.fields.tracking_id = Some(id.into());
            self
        }

        /// The identity.
        #[must_use]
        pub fn get_tracking_id(&self) -> Option<&$crate::TrackingId> {
            self.fields.tracking_id.as_ref()
        }

        /// When it happened, the `time-usec` field.
        ///
        /// Default: the time at which it is made.
        #[inline]
        pub fn time(mut self, time: impl Into<$crate::Timestamp>) -> Self {
            self.fields.time = Some(time.into());
            self
        }

        /// When it happened.
        #[must_use]
        pub fn get_time(&self) -> Option<$crate::Timestamp> {
            self.fields.time
        }

        /// The activity or event this belongs to, by its tracking id.
        ///
        /// Default: none.
        pub fn parent_id(mut self, id: impl Into<$crate::TrackingId>) -> Self {
            self.fields.rare_mut().parent_id = Some(id.into());
            self
        }

        /// The activity or event this belongs to.
        #[must_use]
        pub fn get_parent_id(&self) -> Option<&$crate::TrackingId> {
            self.fields.rare()?.parent_id.as_ref()
        }

        /// Adds a correlator: a text that other operations carry too, such as an order number.
        #[inline]
        pub fn correlator(mut self, correlator: impl Into<std::borrow::Cow<'static, str>>) -> Self {
            $crate::text_list::TextList::append(&mut self.fields.correlators, correlator.into());
            self
        }

        /// Adds several correlators.
        pub fn correlators<T>(self, correlators: impl IntoIterator<Item = T>) -> Self
        where
            T: Into<std::borrow::Cow<'static, str>>,
        {
            correlators
                .into_iter()
                .fold(self, |entity, correlator| entity.correlator(correlator))
        }

        /// The correlators.
        #[must_use]
        pub fn get_correlators(&self) -> &[std::borrow::Cow<'static, str>] {
            self.fields
                .correlators
                .as_ref()
                .map_or(&[], |texts| texts.as_slice())
        }

        /// How it ended, the `comp-code` field.
        ///
        /// Default: none.
        pub fn completion_code(mut self, code: $crate::CompletionCode) -> Self {
            self.fields.completion_code = Some(code);
            self
        }

        /// How it ended.
        #[must_use]
        pub fn get_completion_code(&self) -> Option<$crate::CompletionCode> {
            self.fields.completion_code
        }

        /// A number that says why it ended so, the `reason-code` field.
        ///
        /// Default: none.
        pub fn reason_code(mut self, code: impl Into<i64>) -> Self {
            self.fields.rare_mut().reason_code = Some(code.into());
            self
        }

        /// The reason code.
        #[must_use]
        pub fn get_reason_code(&self) -> Option<i64> {
            self.fields.rare()?.reason_code
        }

        /// The process it was done in.
        ///
        /// Default: none; an encoder's [`Decorations`](crate::Decorations) may fill it in.
        pub fn pid(mut self, pid: impl Into<i64>) -> Self {
            self.fields.rare_mut().pid = Some(pid.into());
            self
        }

        /// The process it was done in.
        #[must_use]
        pub fn get_pid(&self) -> Option<i64> {
            self.fields.rare()?.pid
        }

        /// The thread it was done in.
        ///
        /// Default: none; an encoder's [`Decorations`](crate::Decorations) may fill it in.
        pub fn tid(mut self, tid: impl Into<i64>) -> Self {
            self.fields.rare_mut().tid = Some(tid.into());
            self
        }

        /// The thread it was done in.
        #[must_use]
        pub fn get_tid(&self) -> Option<i64> {
            self.fields.rare()?.tid
        }

        /// When it started, the `start-time-usec` field.
        ///
        /// Default: none.
        pub fn start_time(mut self, time: impl Into<$crate::Timestamp>) -> Self {
            self.fields.rare_mut().start_time = Some(time.into());
            self
        }

        /// When it started.
        #[must_use]
        pub fn get_start_time(&self) -> Option<$crate::Timestamp> {
            self.fields.rare()?.start_time
        }

        /// When it ended, the `end-time-usec` field.
        ///
        /// Default: none.
        pub fn end_time(mut self, time: impl Into<$crate::Timestamp>) -> Self {
            self.fields.rare_mut().end_time = Some(time.into());
            self
        }

        /// When it ended.
        #[must_use]
        pub fn get_end_time(&self) -> Option<$crate::Timestamp> {
            self.fields.rare()?.end_time
        }

        $crate::field_setters::duration_setters! {
            /// How long it took, sent in microseconds as `elapsed-time-usec`.
            elapsed, get_elapsed;
            /// How long it waited, sent in microseconds.
            wait_time, get_wait_time;
        }

        /// How long the service keeps it, the `ttl-sec` field.
        ///
        /// Default: none, which is as long as the repository keeps its data.
        pub fn ttl(mut self, ttl: impl Into<$crate::Ttl>) -> Self {
            self.fields.rare_mut().ttl = Some(ttl.into());
            self
        }

        /// How long the service keeps it.
        #[must_use]
        pub fn get_ttl(&self) -> Option<$crate::Ttl> {
            self.fields.rare()?.ttl
        }

        $crate::property_setters::property_setters!();

        /// Adds a snapshot.
        pub fn snapshot(mut self, snapshot: $crate::Snapshot) -> Self {
            self.fields.snapshots.get_or_insert_default().push(snapshot);
            self
        }

        /// Adds several snapshots.
        pub fn snapshots(mut self, snapshots: impl IntoIterator<Item = $crate::Snapshot>) -> Self {
            self.fields
                .snapshots
                .get_or_insert_default()
                .extend(snapshots);
            self
        }

        /// The snapshots.
        pub fn get_snapshots(&self) -> &[$crate::Snapshot] {
            self.fields.snapshots.as_deref().unwrap_or_default()
        }

        /// Adds a top-level field of any name, or replaces the value of one added before.
        ///
        /// A name that the model has a setter for is reported by [`validate`](Self::validate) and not written;
        /// use the setter.
        pub fn field(
            mut self,
            name: impl Into<std::borrow::Cow<'static, str>>,
            value: impl Into<$crate::PropertyValue>,
        ) -> Self {
            self.fields.set_extra($layout, name.into(), value.into());
            self
        }

        $crate::property_setters::field_getters!();
    };
}

pub(crate) use operation_setters;
