use std::fmt;

/// Something in a manifest that is not right, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
    /// Which entry, such as `playbook.steps[2].accept`; empty for the document as a whole.
    pub path: String,
    /// What is wrong, in a plain sentence.
    pub message: String,
    /// Which fault it is: the sentence with a `{}` where something of this manifest stands.
    pub says: &'static str,
    /// What stands in its places.
    pub with: Vec<String>,
}

/// A sentence about a manifest, apart from what stands in its places: so it can be said in other
/// languages, too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) says: &'static str,
    pub(crate) with: Vec<String>,
}

/// A [`Told`] of a sentence and what stands in its places.
macro_rules! told {
    ($says:literal $(, $with:expr)* $(,)?) => {
        $crate::manifest::Told {
            says: $says,
            with: vec![$($with.to_string()),*],
        }
    };
}

pub(crate) use told;

impl From<&'static str> for Told {
    fn from(says: &'static str) -> Self {
        Self { says, with: Vec::new() }
    }
}

/// A sentence of somebody else's, such as the reader of TOML.
impl From<String> for Told {
    fn from(sentence: String) -> Self {
        Self {
            says: "{}",
            with: vec![sentence],
        }
    }
}

/// Puts what stands in the places of a sentence there, one after the other.
#[must_use]
pub fn fill(says: &str, with: &[String]) -> String {
    let mut parts = says.split("{}");
    let mut sentence = parts.next().unwrap_or_default().to_owned();
    for (index, part) in parts.enumerate() {
        sentence.push_str(with.get(index).map_or("", String::as_str));
        sentence.push_str(part);
    }
    sentence
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: ", self.line, self.column)?;
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for Fault {}
