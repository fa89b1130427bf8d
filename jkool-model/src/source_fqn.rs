//! Where an event comes from: a chain of typed names, the innermost first.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::source_fqn_parser::{check_name, parse};
use crate::{ParseSourceFqnError, SourceType};

/// A fully qualified source name: `APPL=Shop#SERVER=web1#DATACENTER=DC1`.
///
/// Each element is contained in the next one, so that the innermost stands first. A name may also be `?`,
/// which stands for the default of its type, or `$KEY`, which stands for a variable; both stay as they are
/// until [`resolve`](SourceFqn::resolve) replaces them. `Display` gives back the text.
///
/// ```
/// use jkool_model::{SourceFqn, SourceType};
///
/// let source: SourceFqn = "APPL=Shop#SERVER=?#DATACENTER=DC1".parse()?;
/// assert_eq!(source.get(SourceType::Appl), Some("Shop"));
/// assert_eq!(source.to_string(), "APPL=Shop#SERVER=?#DATACENTER=DC1");
///
/// let error = "APPL=Shop#SERVR=web1".parse::<SourceFqn>().unwrap_err();
/// assert_eq!(error.position(), 10);
/// # Ok::<(), jkool_model::ParseSourceFqnError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SourceFqn {
    elements: Vec<SourceElement>,
}

/// One element of a [`SourceFqn`]: a type and a name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SourceElement {
    source_type: SourceType,
    name: Cow<'static, str>,
}

/// Builds a [`SourceFqn`] element by element, the innermost first.
#[derive(Clone, Debug, Default)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct SourceFqnBuilder {
    elements: Vec<SourceElement>,
}

impl SourceFqn {
    /// The longest text that is accepted, in bytes.
    pub const MAX_BYTES: usize = 4 * 1024;

    /// The most elements that are accepted.
    pub const MAX_ELEMENTS: usize = 64;

    /// What a name becomes that cannot be resolved.
    pub const UNKNOWN: &'static str = "UNKNOWN";

    /// Parses what people write: types in any case, white space around types and names, and `#` to spare.
    ///
    /// `FromStr` is strict and takes none of these.
    ///
    /// ```
    /// use jkool_model::SourceFqn;
    ///
    /// let source = SourceFqn::parse_lenient("appl = Shop ##server=web1#")?;
    /// assert_eq!(source.to_string(), "APPL=Shop#SERVER=web1");
    /// # Ok::<(), jkool_model::ParseSourceFqnError>(())
    /// ```
    ///
    /// # Errors
    /// If nothing is left, a type is unknown, a name is empty or has control characters, or the text exceeds
    /// [`MAX_BYTES`](Self::MAX_BYTES) or [`MAX_ELEMENTS`](Self::MAX_ELEMENTS).
    pub fn parse_lenient(text: &str) -> Result<Self, ParseSourceFqnError> {
        parse(text, true).map(|elements| SourceFqn { elements })
    }

    /// A builder without elements.
    pub fn builder() -> SourceFqnBuilder {
        SourceFqnBuilder::default()
    }

    /// The name of the first, that is innermost, element of a type.
    #[must_use]
    pub fn get(&self, source_type: SourceType) -> Option<&str> {
        self.elements
            .iter()
            .find(|element| element.source_type == source_type)
            .map(SourceElement::name)
    }

    /// The elements, the innermost first; at least one.
    #[must_use]
    pub fn elements(&self) -> &[SourceElement] {
        &self.elements
    }

    /// Replaces each `?` and `$KEY` by what `resolver` knows.
    ///
    /// It is asked for the default of a type with `(type, None)` and for a variable with `(type, Some(key))`.
    /// What it does not know, or knows as an empty text, becomes [`UNKNOWN`](Self::UNKNOWN), as in TNT4J. `#`
    /// and control characters, which a name cannot have, become `_`.
    ///
    /// ```
    /// use jkool_model::{SourceFqn, SourceType};
    ///
    /// let source: SourceFqn = "APPL=$APP#SERVER=?#USER=?".parse()?;
    /// let resolved = source.resolve(|source_type, key| match (source_type, key) {
    ///     (_, Some("APP")) => Some("Shop".to_owned()),
    ///     (SourceType::Server, None) => Some("web1".to_owned()),
    ///     _ => None,
    /// });
    /// assert_eq!(resolved.to_string(), "APPL=Shop#SERVER=web1#USER=UNKNOWN");
    /// # Ok::<(), jkool_model::ParseSourceFqnError>(())
    /// ```
    #[must_use]
    pub fn resolve(&self, mut resolver: impl FnMut(SourceType, Option<&str>) -> Option<String>) -> Self {
        let elements = self.elements.iter().map(|element| {
            let key = element.variable();
            if key.is_none() && !element.is_default() {
                return element.clone();
            }
            let name = match resolver(element.source_type, key) {
                Some(name) if !name.is_empty() => Cow::Owned(name.replace(is_forbidden, "_")),
                _ => Cow::Borrowed(Self::UNKNOWN),
            };
            SourceElement {
                source_type: element.source_type,
                name,
            }
        });
        SourceFqn {
            elements: elements.collect(),
        }
    }

    /// Whether a `?` or `$KEY` is left.
    #[must_use]
    pub fn is_resolved(&self) -> bool {
        !self
            .elements
            .iter()
            .any(|element| element.is_default() || element.variable().is_some())
    }
}

impl SourceElement {
    pub(crate) fn new(source_type: SourceType, name: Cow<'static, str>) -> Self {
        SourceElement { source_type, name }
    }

    /// The type.
    #[must_use]
    pub fn source_type(&self) -> SourceType {
        self.source_type
    }

    /// The name as it was written, `?` and `$KEY` included.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether the name is `?`, the default of its type.
    #[must_use]
    pub fn is_default(&self) -> bool {
        self.name == "?"
    }

    /// The key, if the name is a `$KEY`.
    #[must_use]
    pub fn variable(&self) -> Option<&str> {
        self.name.strip_prefix('$')
    }
}

impl SourceFqnBuilder {
    /// Adds an element; the name may also be `?` or `$KEY`.
    pub fn element(mut self, source_type: SourceType, name: impl Into<Cow<'static, str>>) -> Self {
        self.elements.push(SourceElement {
            source_type,
            name: name.into(),
        });
        self
    }

    /// Adds an element whose name is the default of its type, `?`.
    pub fn default_element(self, source_type: SourceType) -> Self {
        self.element(source_type, "?")
    }

    /// The source FQN.
    ///
    /// # Errors
    /// As for parsing the text of the elements: if there are none, or a name is empty or has a `#` or control
    /// character, or there is too much of it.
    pub fn build(self) -> Result<SourceFqn, ParseSourceFqnError> {
        let source = SourceFqn {
            elements: self.elements,
        };
        let mut position = 0;
        for element in &source.elements {
            position += element.source_type.as_str().len() + 1;
            check_name(&element.name, position)?;
            position += element.name.len() + 1;
        }
        // The rest is what the parser checks: the number of elements and of bytes.
        let text = source.to_string();
        parse(&text, false).map(|_| source)
    }
}

/// What a name cannot contain: the separator, and what would break lines.
pub(crate) fn is_forbidden(character: char) -> bool {
    character == '#' || character.is_control()
}

impl FromStr for SourceFqn {
    type Err = ParseSourceFqnError;

    /// Parses strictly: upper-case types, no spare `#`, no white space around types.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse(text, false).map(|elements| SourceFqn { elements })
    }
}

impl fmt::Display for SourceFqn {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, element) in self.elements.iter().enumerate() {
            let separator = if index == 0 { "" } else { "#" };
            write!(formatter, "{separator}{element}")?;
        }
        Ok(())
    }
}

impl fmt::Display for SourceElement {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}={}", self.source_type, self.name)
    }
}

impl From<SourceFqn> for Cow<'static, str> {
    fn from(source: SourceFqn) -> Self {
        Cow::Owned(source.to_string())
    }
}

impl From<&SourceFqn> for Cow<'static, str> {
    fn from(source: &SourceFqn) -> Self {
        Cow::Owned(source.to_string())
    }
}

impl Serialize for SourceFqn {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for SourceFqn {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
