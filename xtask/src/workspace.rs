//! The workspace on disk: its root folder, a shell that stands there, and what cargo knows about it.

use std::cell::OnceCell;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use cargo_metadata::{CargoOpt, Metadata, MetadataCommand};
use xshell::Shell;

/// The workspace that the running xtask belongs to.
#[derive(Debug)]
pub(crate) struct Workspace {
    root: PathBuf,
    shell: Shell,
    metadata: OnceCell<Metadata>,
}

impl Workspace {
    /// Finds the workspace from xtask's own folder.
    ///
    /// # Errors
    /// The folder cannot be entered.
    pub(crate) fn open() -> Result<Self> {
        // cargo sets the variable for what it runs; the compiled-in value serves an xtask that is started by hand.
        let own_folder =
            std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let root = Path::new(&own_folder)
            .parent()
            .context("xtask's own folder has no parent")?
            .to_owned();
        let shell = Shell::new().context("cannot read the current folder")?;
        shell.change_dir(&root);
        Ok(Self {
            root,
            shell,
            metadata: OnceCell::new(),
        })
    }

    /// The root folder.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// A shell whose current folder is the root.
    pub(crate) fn shell(&self) -> &Shell {
        &self.shell
    }

    /// What `cargo metadata` tells with all features on and for every platform. Asked once.
    ///
    /// # Errors
    /// cargo cannot read a manifest or resolve the dependencies.
    pub(crate) fn metadata(&self) -> Result<&Metadata> {
        if let Some(metadata) = self.metadata.get() {
            return Ok(metadata);
        }
        let metadata = MetadataCommand::new()
            .current_dir(&self.root)
            .features(CargoOpt::AllFeatures)
            .exec()
            .context("`cargo metadata` failed")?;
        Ok(self.metadata.get_or_init(|| metadata))
    }

    /// Reads a file below the root.
    ///
    /// # Errors
    /// The file is missing or not UTF-8.
    pub(crate) fn read(&self, path: &str) -> Result<String> {
        std::fs::read_to_string(self.root.join(path)).with_context(|| format!("cannot read {path}"))
    }

    /// The manifests of packages in this checkout that are not members: benchmarks and fuzz targets.
    ///
    /// # Errors
    /// The root manifest cannot be read or is not TOML.
    pub(crate) fn outside_manifests(&self) -> Result<Vec<String>> {
        let manifest: toml::Table =
            toml::from_str(&self.read("Cargo.toml")?).context("Cargo.toml is not TOML")?;
        let excluded = manifest
            .get("workspace")
            .and_then(|w| w.get("exclude"))
            .and_then(toml::Value::as_array);
        let manifests = excluded.into_iter().flatten().filter_map(toml::Value::as_str);
        Ok(manifests
            .map(|folder| format!("{folder}/Cargo.toml"))
            .filter(|path| self.root.join(path).exists())
            .collect())
    }
}
