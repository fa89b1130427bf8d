//! Pairs of a setter and a getter, for the larger groups of setters.

/// Pairs of a setter and a getter of a text.
macro_rules! text_setters {
    (fields: $( $(#[$doc:meta])* $name:ident, $getter:ident; )+) => { $(
        $(#[$doc])*
        ///
        /// Default: none; an encoder's [`Decorations`](crate::Decorations) may fill it in.
        #[inline]
        pub fn $name(mut self, $name: impl Into<std::borrow::Cow<'static, str>>) -> Self {
            self.fields.$name = Some($name.into());
            self
        }

        $(#[$doc])*
        #[must_use]
        pub fn $getter(&self) -> Option<&str> {
            self.fields.$name.as_deref()
        }
    )+ };
    (rare: $( $(#[$doc:meta])* $name:ident, $getter:ident; )+) => { $(
        $(#[$doc])*
        ///
        /// Default: none.
        pub fn $name(mut self, $name: impl Into<std::borrow::Cow<'static, str>>) -> Self {
            self.fields.rare_mut().$name = Some($name.into());
            self
        }

        $(#[$doc])*
        #[must_use]
        pub fn $getter(&self) -> Option<&str> {
            self.fields.rare()?.$name.as_deref()
        }
    )+ };
}

/// Pairs of a setter and a getter of a span of time.
macro_rules! duration_setters {
    ($( $(#[$doc:meta])* $name:ident, $getter:ident; )+) => { $(
        $(#[$doc])*
        ///
        /// Default: none. Longer ones than `i64::MAX` microseconds are cut to that.
        pub fn $name(mut self, $name: std::time::Duration) -> Self {
            self.fields.rare_mut().$name = Some($crate::timestamp::micros($name));
            self
        }

        $(#[$doc])*
        ///
        /// `None` also if a negative one was read, which [`validate`](Self::validate) reports.
        #[must_use]
        pub fn $getter(&self) -> Option<std::time::Duration> {
            u64::try_from(self.fields.rare()?.$name?).ok().map(std::time::Duration::from_micros)
        }
    )+ };
}

pub(crate) use {duration_setters, text_setters};
