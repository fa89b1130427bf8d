//! The setters and getters of properties and extra fields, for operations and snapshots alike.

/// The setters of properties, for operations and snapshots alike.
macro_rules! property_setters {
    () => {
        /// Adds a property; its data type follows the value's Rust type.
        pub fn property(
            self,
            name: impl Into<std::borrow::Cow<'static, str>>,
            value: impl Into<$crate::TypedValue>,
        ) -> Self {
            self.add_property($crate::Property::new(name, value))
        }

        /// Adds a property that was made before.
        pub fn add_property(mut self, property: $crate::Property) -> Self {
            self.fields
                .properties
                .get_or_insert_default()
                .push(property);
            self
        }

        /// Adds several properties.
        pub fn properties(mut self, properties: impl IntoIterator<Item = $crate::Property>) -> Self {
            self.fields
                .properties
                .get_or_insert_default()
                .extend(properties);
            self
        }

        /// The properties.
        #[must_use]
        pub fn get_properties(&self) -> &[$crate::Property] {
            self.fields.properties.as_deref().unwrap_or_default()
        }
    };
}

/// The getters of extra fields.
macro_rules! field_getters {
    () => {
        /// The value of an extra field.
        #[must_use]
        pub fn get_field(&self, name: &str) -> Option<&$crate::PropertyValue> {
            self.fields.rare()?.extra.get(name)
        }

        /// The extra fields, in order: those added, and those read that the model has no setter for.
        pub fn get_fields(&self) -> impl Iterator<Item = (&str, &$crate::PropertyValue)> {
            self.fields
                .rare()
                .into_iter()
                .flat_map(|rare| rare.extra.iter())
        }
    };
}

pub(crate) use {field_getters, property_setters};
