//! What a crate brings along at any depth, as `cargo tree --prefix depth` lists it.

use super::rules::Absence;

/// Each path in the listing that ends at something which must be absent, and the rule.
pub(crate) fn violations(listing: &str, absence: &Absence) -> Vec<String> {
    let mut path: Vec<&str> = Vec::new();
    let mut found = Vec::new();
    for line in listing.lines() {
        let mut words = line.split_whitespace();
        let depth = words.next().and_then(|depth| depth.parse::<usize>().ok());
        let (Some(depth), Some(name)) = (depth, words.next()) else {
            continue;
        };
        path.truncate(depth);
        // What a reported crate brings along follows from the report.
        let below_a_reported_one = path.iter().any(|above| is_absent(absence, above));
        path.push(name);
        if is_absent(absence, name) && !below_a_reported_one {
            found.push(format!("{}: {}", path.join(" -> "), absence.rule));
        }
    }
    found
}

fn is_absent(absence: &Absence, name: &str) -> bool {
    let matches = |pattern: &str| {
        pattern
            .strip_suffix('*')
            .map_or(name == pattern, |start| name.starts_with(start))
    };
    absence.absent.iter().any(|pattern| matches(pattern))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABSENCE: Absence = Absence {
        package: "m",
        features: &[],
        absent: &["tokio*", "async-*", "mio"],
        rule: "no runtime",
    };

    #[test]
    fn the_path_to_what_must_be_absent_is_shown() {
        let listing = "0 m v0.1.0 (/m)\n1 serde v1.0.0\n2 mio v1.0.0\n1 b v1.0.0\n2 tokio-util v0.7.0 (*)\n";
        let expected = [
            "m -> serde -> mio: no runtime",
            "m -> b -> tokio-util: no runtime",
        ];
        assert_eq!(violations(listing, &ABSENCE), expected);
    }

    #[test]
    fn what_a_reported_crate_brings_along_is_not_reported_again() {
        let listing = "0 m v0.1.0 (/m)\n1 tokio v1.0.0\n2 mio v1.0.0\n1 b v1.0.0\n2 mio v1.0.0\n";
        assert_eq!(
            violations(listing, &ABSENCE),
            ["m -> tokio: no runtime", "m -> b -> mio: no runtime"]
        );
    }

    #[test]
    fn names_that_only_look_alike_pass() {
        let listing = "0 m v0.1.0 (/m)\n1 miow v1.0.0\n1 asynchronous v1.0.0\n1 itoa v1.0.0\n";
        assert_eq!(violations(listing, &ABSENCE), [""; 0]);
    }
}
