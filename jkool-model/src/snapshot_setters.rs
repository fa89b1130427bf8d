//! The setters and getters that snapshots and datasets have in common, written once.

/// Methods for a type whose `fields` are `SnapshotFields`.
macro_rules! snapshot_setters {
    () => {
        /// The name.
        #[must_use]
        pub fn get_name(&self) -> Option<&str> {
            self.fields.name.as_deref()
        }

        /// What it belongs to among others of its name, such as `Order` or `Memory`.
        ///
        /// Default: none.
        #[inline]
        pub fn category(mut self, category: impl Into<std::borrow::Cow<'static, str>>) -> Self {
            self.fields.category = Some(category.into());
            self
        }

        /// The category.
        #[must_use]
        pub fn get_category(&self) -> Option<&str> {
            self.fields.category.as_deref()
        }

        /// When it was taken, the `time-usec` field.
        ///
        /// Default: the time at which it is made.
        #[inline]
        pub fn time(mut self, time: impl Into<$crate::Timestamp>) -> Self {
            self.fields.time = Some(time.into());
            self
        }

        /// When it was taken.
        #[must_use]
        pub fn get_time(&self) -> Option<$crate::Timestamp> {
            self.fields.time
        }

        /// How serious it is.
        ///
        /// Default: none.
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
        /// Default: none; a client gives one to what it sends alone.
        pub fn tracking_id(mut self, id: impl Into<$crate::TrackingId>) -> Self {
            self.fields.rare_mut().tracking_id = Some(id.into());
            self
        }

        /// The identity.
        #[must_use]
        pub fn get_tracking_id(&self) -> Option<&$crate::TrackingId> {
            self.fields.rare()?.tracking_id.as_ref()
        }

        /// The event or activity it describes, by its tracking id; needed only if it is sent alone.
        ///
        /// Default: none.
        pub fn parent_id(mut self, id: impl Into<$crate::TrackingId>) -> Self {
            self.fields.rare_mut().parent_id = Some(id.into());
            self
        }

        /// The event or activity it describes.
        #[must_use]
        pub fn get_parent_id(&self) -> Option<&$crate::TrackingId> {
            self.fields.rare()?.parent_id.as_ref()
        }

        $crate::field_setters::text_setters! { rare:
            /// Where it comes from, the `source-fqn` field: a [`SourceFqn`](crate::SourceFqn), or any text,
            /// which is sent as it is.
            source_fqn, get_source_fqn;
            /// The name of the innermost element of the source, the `source` field.
            source, get_source;
            /// The source's subsystem name, the `source-ssn` field.
            source_ssn, get_source_ssn;
            /// A URL that leads to the source, the `source-url` field.
            source_url, get_source_url;
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

        /// Adds a field of any name, or replaces the value of one added before.
        ///
        /// A name that the model has a setter for is reported by [`validate`](Self::validate) and not written.
        pub fn field(
            mut self,
            name: impl Into<std::borrow::Cow<'static, str>>,
            value: impl Into<$crate::PropertyValue>,
        ) -> Self {
            self.fields.set_extra(name.into(), value.into());
            self
        }

        $crate::property_setters::field_getters!();
    };
}

pub(crate) use snapshot_setters;
