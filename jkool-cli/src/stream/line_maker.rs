//! From a line to an entity.

use jkool_client::{Entity, Event};

use crate::args::{DecorationArgs, DialectArg, FormatArg};
use crate::event::{complete, template};

/// Makes an entity of each line.
#[derive(Debug)]
pub(crate) enum LineMaker {
    /// The line is the message of an event that is otherwise as this one.
    Text(Box<Event>),
    /// The line is an entity, and this fills in what it does not say.
    Entity(Box<DecorationArgs>),
}

/// What became of a line.
#[derive(Debug)]
pub(crate) enum Made {
    Entity(Entity),
    /// The line was no UTF-8, and has replacement characters in it now.
    Lossy(Entity),
    /// There is nothing in the line.
    Blank,
}

impl LineMaker {
    pub(crate) fn new(format: FormatArg, said: DecorationArgs, dialect: DialectArg) -> Self {
        match format {
            FormatArg::Text => Self::Text(Box::new(template(&said, dialect))),
            FormatArg::Event => Self::Entity(Box::new(said)),
        }
    }

    /// Reads a line; says what is wrong with it if it is no entity.
    pub(crate) fn make(&self, line: &[u8]) -> Result<Made, String> {
        if line.trim_ascii().is_empty() {
            return Ok(Made::Blank);
        }
        match self {
            Self::Text(template) => Ok(match std::str::from_utf8(line) {
                Ok(text) => Made::Entity(with_message(template, text.to_owned())),
                Err(_) => Made::Lossy(with_message(template, String::from_utf8_lossy(line).into_owned())),
            }),
            Self::Entity(said) => {
                // It is one line of many: its number is told by whoever counts them.
                let entity = Entity::from_json(line)
                    .map_err(|error| error.to_string().replace(" at line 1, column ", " at column "))?;
                Ok(Made::Entity(complete(entity, said)))
            }
        }
    }
}

fn with_message(template: &Event, text: String) -> Entity {
    template.clone().message(text).into()
}
