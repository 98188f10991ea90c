//! Who may send: clients by bearer token, or, where none is configured, whoever is on this machine.

use std::net::IpAddr;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::config::Config;
use crate::Error;
use crate::config::{Source, SourceConfig};

/// Name of the source when no client is configured.
const OPEN: &str = "fhir";
/// Shortest token that is taken, in bytes.
const TOKEN_BYTES_MIN: usize = 16;

/// A client that was let in.
pub(crate) struct Client {
    /// Name, which tells it from others of its source.
    pub(crate) name: String,
    pub(crate) source: Arc<Source>,
    /// Application and facility, within which identities are unique.
    pub(crate) sender: [String; 2],
    token: [u8; 32],
}

/// Why a request is not let in.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Denied {
    /// No token, or none that is known.
    Unknown,
    /// Not from this address.
    Address,
}

/// All clients.
pub(crate) struct Clients {
    known: Vec<Client>,
    /// Who comes from this machine, when no client is configured.
    open: Option<Client>,
}

impl Clients {
    /// Reads the tokens.
    ///
    /// # Errors
    /// Which client cannot be used, and why.
    pub(crate) async fn read(config: &Config, sources: &[Arc<Source>]) -> Result<Clients, Error> {
        let mut known: Vec<Client> = Vec::with_capacity(config.clients.len());
        for (at, client) in config.clients.iter().enumerate() {
            let refuse = |what: String| Error::Fhir(format!("client {:?}: {what}", client.name));
            if client.name.is_empty() || config.clients.iter().take(at).any(|it| it.name == client.name) {
                return Err(refuse("each client needs a name of its own".to_owned()));
            }
            let source = if client.source.is_empty() {
                own_source(&client.name)?
            } else {
                let found = sources.iter().find(|it| it.name == client.source);
                Arc::clone(found.ok_or_else(|| refuse(format!("no source is named {:?}", client.source)))?)
            };
            let read = tokio::fs::read_to_string(&client.token_file).await;
            let text = read.map_err(|error| {
                refuse(format!("token_file {:?} cannot be read: {error}", client.token_file))
            })?;
            let token = text.trim();
            if token.len() < TOKEN_BYTES_MIN {
                let file = &client.token_file;
                return Err(refuse(format!(
                    "the token in {file:?} is shorter than {TOKEN_BYTES_MIN} characters"
                )));
            }
            let token = digest(token);
            if known.iter().any(|it| it.token == token) {
                return Err(refuse("another client has the same token".to_owned()));
            }
            let sender = if client.application.is_empty() && client.facility.is_empty() {
                [OPEN.to_owned(), client.name.clone()]
            } else {
                [client.application.clone(), client.facility.clone()]
            };
            known.push(Client { name: client.name.clone(), source, sender, token });
        }
        let open = match known.is_empty() {
            true => Some(Client {
                name: OPEN.to_owned(),
                source: own_source(OPEN)?,
                sender: [OPEN.to_owned(), String::new()],
                token: [0; 32],
            }),
            false => None,
        };
        Ok(Clients { known, open })
    }

    /// Who sent a body that is kept: the client of that name, else the first of that source.
    pub(crate) fn named(&self, name: &str, source: &str) -> Option<&Client> {
        let all = || self.known.iter().chain(&self.open);
        let named = all().find(|it| !name.is_empty() && it.name == name);
        named.or_else(|| all().find(|it| it.source.name == source))
    }

    /// Who a request is from. Every token is compared, each in constant time.
    pub(crate) fn of(&self, peer: IpAddr, authorization: Option<&str>) -> Result<&Client, Denied> {
        if let Some(open) = &self.open {
            return if peer.to_canonical().is_loopback() { Ok(open) } else { Err(Denied::Address) };
        }
        let scheme = authorization.and_then(|it| it.split_once(' '));
        let token = scheme.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
        let (_, token) = token.ok_or(Denied::Unknown)?;
        let token = digest(token.trim());
        let mut found = None;
        for client in &self.known {
            if bool::from(client.token.ct_eq(&token)) {
                found = Some(client);
            }
        }
        let client = found.ok_or(Denied::Unknown)?;
        if client.source.admits(peer) { Ok(client) } else { Err(Denied::Address) }
    }
}

fn own_source(name: &str) -> Result<Arc<Source>, Error> {
    Source::new(&SourceConfig { name: name.to_owned(), ..SourceConfig::default() }).map(Arc::new)
}

fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fhir::config::ClientConfig;

    fn peer(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[tokio::test]
    async fn without_clients_only_this_machine_may_send() {
        let clients = Clients::read(&Config::default(), &[]).await.unwrap();
        assert!(clients.of(peer("127.0.0.1"), None).is_ok());
        assert!(clients.of(peer("::ffff:127.0.0.1"), None).is_ok());
        assert_eq!(clients.of(peer("10.0.0.1"), None).err(), Some(Denied::Address));
    }

    #[tokio::test]
    async fn a_client_is_known_by_its_token_alone() {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config::default();
        for name in ["one", "two"] {
            let file = folder.path().join(name);
            std::fs::write(&file, format!("secret-token-of-{name}\n")).unwrap();
            let token_file = file.display().to_string();
            config.clients.push(ClientConfig {
                name: name.to_owned(),
                token_file,
                ..ClientConfig::default()
            });
        }
        let clients = Clients::read(&config, &[]).await.unwrap();
        let name = |text| clients.of(peer("10.0.0.1"), text).map(|it| it.source.name.clone());
        assert_eq!(name(Some("Bearer secret-token-of-two")), Ok("two".to_owned()));
        assert_eq!(name(Some("bearer secret-token-of-one")), Ok("one".to_owned()));
        for wrong in
            [None, Some("Bearer secret-token-of"), Some("Basic secret-token-of-one"), Some("Bearer ")]
        {
            assert_eq!(name(wrong), Err(Denied::Unknown));
        }
        assert!(clients.of(peer("127.0.0.1"), None).is_err(), "with clients this machine is nobody special");
        std::fs::write(folder.path().join("two"), "short").unwrap();
        let error = Clients::read(&config, &[]).await.err().unwrap().to_string();
        assert!(error.contains("\"two\"") && error.contains("shorter"), "{error}");
    }
}
