//! One macro for the closed enumerations of the protocol: ordinal, wire text, parsing, serde.

/// Declares an enumeration whose variants have an ordinal and a wire text.
macro_rules! wire_enum {
    (
        $(#[$meta:meta])*
        pub enum $name:ident as $what:literal {
            $( $(#[$variant_meta:meta])* $variant:ident = $ordinal:literal, $text:literal; )+
        }
        aliases { $( $alias:literal => $target:ident ),* $(,)? }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum $name {
            $( $(#[$variant_meta])* $variant = $ordinal, )+
        }

        impl $name {
            /// Every value, by ordinal.
            pub const ALL: &'static [$name] = &[ $( $name::$variant ),+ ];

            /// The number jKool gives this value.
            #[inline]
            #[must_use]
            pub const fn ordinal(self) -> u8 {
                self as u8
            }

            /// The value with this ordinal, if there is one.
            #[must_use]
            pub const fn from_ordinal(ordinal: u8) -> Option<Self> {
                match ordinal {
                    $( $ordinal => Some($name::$variant), )+
                    _ => None,
                }
            }

            /// The text that stands on the wire.
            #[inline]
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $( $name::$variant => $text, )+
                }
            }

            /// The value of a wire text or an alias, in any case.
            pub(crate) fn find(text: &str) -> Option<Self> {
                const ALIASES: &[(&str, $name)] = &[ $( ($alias, $name::$target) ),* ];
                let named = Self::ALL.iter().find(|value| value.as_str().eq_ignore_ascii_case(text)).copied();
                named.or_else(|| {
                    ALIASES.iter().find(|(alias, _)| alias.eq_ignore_ascii_case(text)).map(|(_, value)| *value)
                })
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::UnknownName;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::find(text).ok_or_else(|| {
                    $crate::UnknownName::new($what, text, Self::ALL.iter().map(|value| value.as_str()))
                })
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

pub(crate) use wire_enum;
