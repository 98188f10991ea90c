//! The laws of the layered configuration: precedence, origins, strictness, and the exact words of refusals.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot be set up must fail")]

use lacteal_service::{ConfigError, Layers, Loaded};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    role: String,
    intake: Intake,
    log: Log,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Intake {
    mllp: String,
    connections_max: u16,
    threshold: f64,
    strict: bool,
    charsets: Vec<String>,
    #[serde(with = "lacteal_service::config::optional")]
    key_file: Option<PathBuf>,
    password: String,
    codes: BTreeMap<String, Code>,
    sources: Vec<Source>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Code {
    fact: String,
    unit: String,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Source {
    name: String,
    #[serde(default)]
    password: String,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Log {
    format: Format,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Format {
    Json,
    Human,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            role: "all".to_owned(),
            intake: Intake {
                mllp: "127.0.0.1:2575".to_owned(),
                connections_max: 64,
                threshold: 0.05,
                strict: false,
                charsets: vec!["UTF-8".to_owned()],
                key_file: None,
                password: String::new(),
                codes: BTreeMap::new(),
                sources: Vec::new(),
            },
            log: Log { format: Format::Human },
        }
    }
}

fn layers() -> Layers {
    Layers::new(&Config::default())
        .unwrap()
        .open("intake.codes")
        .open("intake.sources")
        .secret("intake.password")
        .secret("intake.sources.password")
}

/// A file in a fresh folder; errors name it by its whole path, which `shown` shortens to `lacteal.toml`.
struct File {
    folder: tempfile::TempDir,
}

impl File {
    fn new(text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("lacteal.toml"), text).unwrap();
        Self { folder }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("lacteal.toml")
    }

    fn shown(&self, text: &str) -> String {
        text.replace(self.path().to_str().unwrap(), "lacteal.toml")
    }
}

fn load_file(text: &str) -> Result<Loaded<Config>, String> {
    let file = File::new(text);
    let loaded = layers().file(file.path()).and_then(Layers::load::<Config>);
    loaded.map_err(|error| file.shown(&error.to_string()))
}

fn load_variables(variables: &[(&str, &str)]) -> Result<Loaded<Config>, String> {
    let loaded = layers().environment(variables.iter().copied(), &["LACTEAL_CONFIG"]);
    loaded.and_then(Layers::load::<Config>).map_err(|error| error.to_string())
}

fn refused(loaded: Result<Loaded<Config>, String>) -> String {
    loaded.expect_err("must be refused")
}

#[test]
fn without_layers_the_defaults_are_in_force() {
    assert_eq!(layers().load::<Config>().unwrap().value, Config::default());
}

#[test]
fn each_kind_of_value_can_be_set_in_each_layer() {
    let from_file = load_file(
        "role = 'intake'\n[intake]\nmllp = '0.0.0.0:1'\nconnections_max = 7\nthreshold = 1\nstrict = true\n\
         charsets = ['ASCII', 'UTF-8']\nkey_file = '/key'\n[log]\nformat = 'json'",
    );
    let variables = [
        ("LACTEAL_ROLE", "intake"),
        ("LACTEAL_INTAKE__MLLP", "0.0.0.0:1"),
        ("LACTEAL_INTAKE__CONNECTIONS_MAX", "7"),
        ("LACTEAL_INTAKE__THRESHOLD", "1"),
        ("LACTEAL_INTAKE__STRICT", "true"),
        ("LACTEAL_INTAKE__CHARSETS", "ASCII,UTF-8"),
        ("LACTEAL_INTAKE__KEY_FILE", "/key"),
        ("LACTEAL_LOG__FORMAT", "json"),
    ];
    let from_variables = load_variables(&variables);
    let from_flags = variables.iter().fold(layers(), |layers, (name, value)| {
        let key = name.strip_prefix("LACTEAL_").unwrap().replace("__", ".").to_lowercase();
        layers.flag("--set", &key, value).unwrap()
    });
    let from_file = from_file.unwrap().value;
    assert_eq!(from_file.intake.key_file, Some(PathBuf::from("/key")));
    assert_eq!(from_file.intake.charsets, ["ASCII", "UTF-8"]);
    assert_eq!(from_file.log.format, Format::Json);
    assert_eq!(from_variables.unwrap().value, from_file);
    assert_eq!(from_flags.load::<Config>().unwrap().value, from_file);
}

proptest! {
    /// Whichever layers set a key, the last of them wins and is named as its origin; the others do not show.
    #[test]
    fn the_last_layer_that_sets_a_key_wins_and_is_its_origin(set in prop::array::uniform6(any::<bool>())) {
        let [file_a, variable_a, flag_a, file_b, variable_b, flag_b] = set;
        let file = File::new(&format!(
            "{}[intake]\n{}",
            if file_a { "role = 'file'\n" } else { "" },
            if file_b { "connections_max = 1\n" } else { "" },
        ));
        let mut variables = Vec::new();
        if variable_a { variables.push(("LACTEAL_ROLE", "variable")); }
        if variable_b { variables.push(("LACTEAL_INTAKE__CONNECTIONS_MAX", "2")); }
        let mut layers = layers().file(file.path()).unwrap().environment(variables, &[]).unwrap();
        if flag_a { layers = layers.flag("--role", "role", "flag").unwrap(); }
        if flag_b { layers = layers.flag("--max", "intake.connections_max", "3").unwrap(); }

        let loaded = layers.load::<Config>().unwrap();
        let (role, role_from) = match (flag_a, variable_a, file_a) {
            (true, _, _) => ("flag", "--role"),
            (_, true, _) => ("variable", "LACTEAL_ROLE"),
            (_, _, true) => ("file", "lacteal.toml"),
            _ => ("all", "default"),
        };
        let (max, max_from) = match (flag_b, variable_b, file_b) {
            (true, _, _) => (3, "--max"),
            (_, true, _) => (2, "LACTEAL_INTAKE__CONNECTIONS_MAX"),
            (_, _, true) => (1, "lacteal.toml"),
            _ => (64, "default"),
        };
        prop_assert_eq!(&loaded.value.role, role);
        prop_assert_eq!(loaded.value.intake.connections_max, max);
        let report = file.shown(&loaded.report());
        let role_line = format!("role = \"{role}\"   # {role_from}\n");
        let max_line = format!("intake.connections_max = {max}   # {max_from}\n");
        prop_assert!(report.contains(&role_line), "{}", report);
        prop_assert!(report.contains(&max_line), "{}", report);
    }

    /// No text of a file or variable makes the loader panic.
    #[test]
    fn any_text_is_refused_or_taken_without_a_panic(
        text in "(\\[?\\[?(intake|log|codes|sources|role|x)\\]?\\]?[.=\n ]?('[a-z]'|1|\\{\\}|\\[\\])?\n?){0,6}",
        name in "LACTEAL_[A-Z_]{0,12}",
        value in "\\PC{0,12}",
    ) {
        let file = File::new(&text);
        let _ = layers().file(file.path()).and_then(Layers::load::<Config>);
        let _ = layers().environment([(name, value)], &[]).and_then(Layers::load::<Config>);
    }
}

#[test]
fn an_unknown_key_of_a_file_is_refused_with_the_near_miss() {
    let check = |text: &str, expected: &str| assert_eq!(refused(load_file(text)), expected);
    check(
        "[intake]\nmlpp = '0.0.0.0:1'",
        "unknown key \"intake.mlpp\" in lacteal.toml: did you mean \"intake.mllp\"?",
    );
    check("[intak]\nmllp = 'x'", "unknown key \"intak\" in lacteal.toml: did you mean \"intake\"?");
    check("mllp = 'x'", "unknown key \"mllp\" in lacteal.toml: did you mean \"intake.mllp\"?");
    check("[log]\nroute = 1", "unknown key \"log.route\" in lacteal.toml: known here: \"log.format\"");
    check(
        "\"a.b\" = 1",
        "unknown key \"\"a.b\"\" in lacteal.toml: known here: \"intake\", \"log\", \"role\"",
    );
}

#[test]
fn an_unknown_variable_is_refused_with_the_near_miss() {
    let check = |name: &str, expected: &str| assert_eq!(refused(load_variables(&[(name, "x")])), expected);
    check(
        "LACTEAL_INTAKE__MLPP",
        "unknown environment variable LACTEAL_INTAKE__MLPP: did you mean LACTEAL_INTAKE__MLLP?",
    );
    check(
        "LACTEAL_INTAKE_MLLP",
        "unknown environment variable LACTEAL_INTAKE_MLLP: did you mean LACTEAL_INTAKE__MLLP?",
    );
    check(
        "LACTEAL_ZZZ",
        "unknown environment variable LACTEAL_ZZZ: known here: LACTEAL_INTAKE, LACTEAL_LOG, LACTEAL_ROLE",
    );
    check("LACTEAL_", "unknown environment variable LACTEAL_");
}

#[test]
fn variables_of_others_are_passed_over() {
    let kubernetes = [
        ("PATH", "/bin"),
        ("LACTEAL_CONFIG", "/etc/lacteal.toml"),
        ("LACTEAL_INTAKE_SERVICE_HOST", "10.0.0.1"),
        ("LACTEAL_INTAKE_SERVICE_PORT", "2575"),
        ("LACTEAL_INTAKE_SERVICE_PORT_MLLP", "2575"),
        ("LACTEAL_INTAKE_PORT", "tcp://10.0.0.1:2575"),
        ("LACTEAL_INTAKE_PORT_2575_TCP", "tcp://10.0.0.1:2575"),
        ("LACTEAL_INTAKE_PORT_2575_TCP_ADDR", "10.0.0.1"),
    ];
    assert_eq!(load_variables(&kubernetes).unwrap().value, Config::default());
    let typed = refused(load_variables(&[("LACTEAL_MLLP_PORT", "2575")]));
    assert!(typed.starts_with("unknown environment variable LACTEAL_MLLP_PORT"), "{typed}");
}

#[test]
fn a_value_of_the_wrong_type_is_refused_with_its_origin() {
    let check = |text: &str, expected: &str| assert_eq!(refused(load_file(text)), expected);
    check(
        "[intake]\nconnections_max = 'many'",
        "intake.connections_max in lacteal.toml: invalid type: string \"many\", expected u16",
    );
    check(
        "[intake]\nconnections_max = 70000",
        "intake.connections_max in lacteal.toml: invalid value: integer `70000`, expected u16",
    );
    check("intake = 'x'", "intake in lacteal.toml: expected a table, found text");
    check("[role]\nname = 'x'", "role in lacteal.toml: expected text, found a table");
    check(
        "[log]\nformat = 'jsno'",
        "log.format in lacteal.toml: unknown value \"jsno\": did you mean \"json\"?",
    );
    check(
        "[intake]\ncharsets = ['a', 1]",
        "intake.charsets[1] in lacteal.toml: invalid type: integer `1`, expected a string",
    );
    assert_eq!(
        refused(load_variables(&[("LACTEAL_INTAKE__CONNECTIONS_MAX", "many")])),
        "intake.connections_max from the environment variable LACTEAL_INTAKE__CONNECTIONS_MAX: \
         expected a whole number, found \"many\""
    );
    assert_eq!(
        refused(load_variables(&[("LACTEAL_LOG", "x")])),
        "log from the environment variable LACTEAL_LOG: expected a table, found \"x\""
    );
    let flag = |key, value| match layers().flag("--set", key, value) {
        Err(error) => error.to_string(),
        Ok(_) => panic!("must be refused"),
    };
    assert_eq!(
        flag("intake.strict", "yes"),
        "intake.strict from the flag --set: expected true or false, found \"yes\""
    );
    assert_eq!(
        flag("intake.stirct", "true"),
        "unknown key \"intake.stirct\" from the flag --set: did you mean \"intake.strict\"?"
    );
}

#[test]
fn a_file_that_is_missing_or_no_toml_is_refused_with_the_place() {
    let error = match layers().file("/nowhere/lacteal.toml") {
        Err(error) => error.to_string(),
        Ok(_) => panic!("must be refused"),
    };
    assert_eq!(error, "cannot read /nowhere/lacteal.toml: No such file or directory (os error 2)");
    let error = refused(load_file("role = 'a'\n[intake]\npassword = 'hush"));
    assert!(error.starts_with("lacteal.toml is not TOML: line 3, column "), "{error}");
    assert!(!error.contains("hush"), "{error}");
    let error = refused(load_file(&format!("role = '{}'", "x".repeat(1 << 20))));
    assert_eq!(error, "cannot read lacteal.toml: larger than 1048576 bytes");
}

#[test]
fn open_keys_take_any_name_and_serde_guards_what_is_below() {
    let text = "[intake.codes.\"21889-1\"]\nfact = 'size'\nunit = 'mm'\n\
                [[intake.sources]]\nname = 'lab'\n[[intake.sources]]\nname = 'ris'\npassword = 'hush'";
    let loaded = load_file(text).unwrap().value.intake;
    assert_eq!(loaded.codes["21889-1"].unit, "mm");
    assert_eq!(loaded.sources.iter().map(|source| source.name.as_str()).collect::<Vec<_>>(), ["lab", "ris"]);

    let check = |text: &str, expected: &str| assert_eq!(refused(load_file(text)), expected);
    check(
        "[[intake.sources]]\nname = 'lab'\n[[intake.sources]]\nnmae = 'ris'",
        "unknown key \"intake.sources[1].nmae\" in lacteal.toml: did you mean \"name\"?",
    );
    check(
        "[intake.codes.x]\nfact = 'size'\nunits = 'mm'",
        "unknown key \"intake.codes.x.units\" in lacteal.toml: did you mean \"unit\"?",
    );
    check("[[intake.sources]]\npassword = 'a'", "intake.sources[0] in lacteal.toml: missing field `name`");

    let from_variable = load_variables(&[
        ("LACTEAL_INTAKE__CODES__X", "{ fact = 'size', unit = 'cm' }"),
        ("LACTEAL_INTAKE__SOURCES", "[{ name = 'lab' }]"),
    ]);
    let intake = from_variable.unwrap().value.intake;
    assert_eq!((intake.codes["x"].unit.as_str(), intake.sources.len()), ("cm", 1));
}

#[test]
fn a_map_is_merged_key_by_key_and_each_key_has_its_own_origin() {
    let file = File::new("[intake.codes.a]\nfact = 'size'\nunit = 'mm'");
    let loaded = layers().file(file.path()).unwrap();
    let loaded = loaded.environment([("LACTEAL_INTAKE__CODES__A__UNIT", "cm")], &[]).unwrap();
    let report = file.shown(&loaded.load::<Config>().unwrap().report());
    assert!(report.contains("intake.codes.a.fact = \"size\"   # lacteal.toml\n"), "{report}");
    let line = "intake.codes.a.unit = \"cm\"   # LACTEAL_INTAKE__CODES__A__UNIT\n";
    assert!(report.contains(line), "{report}");
}

#[test]
fn text_is_read_as_the_type_of_the_default_whatever_the_file_holds() {
    let file = File::new("[intake]\nthreshold = 1\nconnections_max = 'many'");
    let variables = [("LACTEAL_INTAKE__THRESHOLD", "0.02"), ("LACTEAL_INTAKE__CONNECTIONS_MAX", "7")];
    let layers = layers().file(file.path()).unwrap().environment(variables, &[]).unwrap();
    let intake = layers.load::<Config>().unwrap().value.intake;
    assert_eq!((intake.threshold, intake.connections_max), (0.02, 7));
}

#[test]
fn what_replaces_a_whole_map_is_its_origin() {
    let map = File::new("[intake.codes.a]\nfact = 'size'\nunit = 'mm'");
    let text = File::new("[intake.codes]\na = 'size'");
    let layers = layers().file(map.path()).unwrap().file(text.path()).unwrap();
    let error = text.shown(&layers.load::<Config>().unwrap_err().to_string());
    assert!(error.starts_with("intake.codes.a in lacteal.toml: invalid type"), "{error}");
}

#[test]
fn the_report_is_sorted_complete_and_hides_secrets() {
    let file = File::new(
        "[intake]\npassword = 'hush'\ncodes.\"a b\" = { fact = 'f', unit = '' }\n\
         [[intake.sources]]\nname = 'lab'\npassword = 'hush'",
    );
    let loaded = layers().file(file.path()).unwrap();
    let loaded = loaded.flag("--mllp", "intake.mllp", "0.0.0.0:2575").unwrap().load::<Config>().unwrap();
    let report = file.shown(&loaded.report());
    assert_eq!(
        report,
        r#"intake.charsets = ["UTF-8"]   # default
intake.codes."a b".fact = "f"   # lacteal.toml
intake.codes."a b".unit = ""   # lacteal.toml
intake.connections_max = 64   # default
intake.key_file = ""   # default
intake.mllp = "0.0.0.0:2575"   # --mllp
intake.password = "<set>"   # lacteal.toml
intake.sources = [{ name = "lab", password = "<set>" }]   # lacteal.toml
intake.strict = false   # default
intake.threshold = 0.05   # default
log.format = "human"   # default
role = "all"   # default
"#
    );
}

#[test]
fn a_report_is_itself_a_configuration_file() {
    let first = load_file("role = 'a\\nb'\n[intake.codes.\"x.y\"]\nfact = 'f'\nunit = ''").unwrap();
    let second = load_file(&first.report()).unwrap();
    assert_eq!(second.value, first.value);
}

#[test]
fn no_message_shows_a_secret() {
    for text in ["[intake]\npassword = ['hush']", "[[intake.sources]]\nname = 'a'\npassword = ['hush']"] {
        let error = refused(load_file(text));
        assert!(!error.contains("hush") && error.contains("password in lacteal.toml"), "{error}");
    }
    let error = refused(load_file("[intake]\nsources = 'hush'"));
    assert!(!error.contains("hush"), "{error}");
    let error = refused(load_variables(&[("LACTEAL_INTAKE__SOURCES", "hush")]));
    assert!(!error.contains("hush"), "{error}");
}

#[test]
fn errors_are_typed_for_callers_that_decide() {
    let error = layers().environment([("LACTEAL_X", "")], &[]).err().unwrap();
    assert!(matches!(error, ConfigError::UnknownVariable { variable, .. } if variable == "LACTEAL_X"));
}
