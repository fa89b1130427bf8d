//! The setters and getters of events and log entries beyond those of activities.

/// The setters of what an operation has to say: its message and tags.
macro_rules! message_setters {
    () => {
        /// What there is to say, the `msg-text` field: a text, or any other JSON.
        ///
        /// Default: none.
        #[inline]
        pub fn message(mut self, message: impl Into<$crate::Message>) -> Self {
            self.fields.message = Some(message.into());
            self
        }

        /// What there is to say.
        #[must_use]
        pub fn get_message(&self) -> Option<&$crate::Message> {
            self.fields.message.as_ref()
        }

        $crate::field_setters::text_setters! { rare:
            /// The MIME type of the message.
            mime_type, get_mime_type;
            /// How the message is encoded: `none`, or `base64` for bytes.
            encoding, get_encoding;
            /// The character set of the message.
            charset, get_charset;
        }

        $crate::field_setters::duration_setters! {
            /// How old the message was when it was received, sent in microseconds.
            message_age, get_message_age;
        }

        /// The size of the message, the `msg-size` field; other clients count its characters.
        ///
        /// Default: none.
        pub fn message_size(mut self, size: u64) -> Self {
            self.fields.rare_mut().message_size = Some(i64::try_from(size).unwrap_or(i64::MAX));
            self
        }

        /// The stated size of the message; `None` also if a negative one was read.
        #[must_use]
        pub fn get_message_size(&self) -> Option<u64> {
            u64::try_from(self.fields.rare()?.message_size?).ok()
        }

        /// Adds a tag, the `msg-tag` field.
        pub fn tag(mut self, tag: impl Into<std::borrow::Cow<'static, str>>) -> Self {
            $crate::text_list::TextList::append(&mut self.fields.rare_mut().tags, tag.into());
            self
        }

        /// Adds several tags.
        pub fn tags<T>(self, tags: impl IntoIterator<Item = T>) -> Self
        where
            T: Into<std::borrow::Cow<'static, str>>,
        {
            tags.into_iter().fold(self, |entity, tag| entity.tag(tag))
        }

        /// The tags.
        #[must_use]
        pub fn get_tags(&self) -> &[std::borrow::Cow<'static, str>] {
            self.fields
                .rare()
                .and_then(|rare| rare.tags.as_ref())
                .map_or(&[], |texts| texts.as_slice())
        }
    };
}

pub(crate) use message_setters;
