//! A file on its way in: bounded in size and time, known by its content before any of it is kept.

use std::time::Duration;

use axum::body::Body;
use frontdesk_actors::FilePolicy;
use frontdesk_core::ports::files::{File, PART_BYTES, Reserved};
use frontdesk_core::{ConversationId, FileId, Personal, TenantId};
use futures_util::StreamExt;
use metrics::counter;
use tokio::time::{Instant, timeout, timeout_at};

use super::kind::{Type, recognise};
use super::name::clean;
use super::{Files, Refused};
use crate::metrics::FILES;

/// Until its content is seen, a file is nothing in particular.
const NOT_KNOWN_YET: &str = "application/octet-stream";

/// Bytes that are heard of a file that is not taken.
const DRAINED_BYTES_MAX: usize = 64 * 1024 * 1024;

/// What is said of a file before it comes.
#[derive(Debug)]
pub struct Upload<'a> {
    /// Whose.
    pub tenant: TenantId,
    /// In which conversation.
    pub conversation: ConversationId,
    /// What its sender calls this upload: the same again is another try.
    pub key: &'a str,
    /// What its sender calls the file.
    pub name: &'a str,
    /// Its size.
    pub bytes: u64,
    /// What is taken.
    pub policy: &'a FilePolicy,
}

impl Files {
    /// Takes a file in. When it breaks off, the same upload can be tried again.
    ///
    /// # Errors
    ///
    /// It is not taken: nothing of it is kept, but for one that broke off, which is swept later.
    pub async fn take(&self, upload: &Upload<'_>, body: Body) -> Result<File, Refused> {
        let taken = self.take_in(upload, body).await;
        let result = taken.as_ref().map_or_else(|refused| refused.parts().1, |_| "taken");
        counter!(FILES, "result" => result).increment(1);
        taken
    }

    async fn take_in(&self, upload: &Upload<'_>, body: Body) -> Result<File, Refused> {
        let _place = self.places.try_acquire().map_err(|_| Refused::Busy)?;
        let id = FileId::derive(
            upload.conversation,
            &[upload.key, upload.name, &upload.bytes.to_string()],
        );
        // Its answer was lost: it need not come twice.
        if let Some(file) = self.of_conversation(&upload.tenant, upload.conversation, id).await? {
            return Ok(file);
        }
        let mut incoming = Incoming {
            body: body.into_data_stream(),
            left: upload.bytes,
            deadline: Instant::now() + Duration::from_millis(self.config.upload_timeout_ms),
            silence: Duration::from_millis(self.config.silence_timeout_ms),
            spare: Vec::new(),
        };
        let taken = self.receive(id, upload, &mut incoming).await;
        if !matches!(taken, Ok(_) | Err(Refused::BrokenOff)) {
            // A sender who is still busy sending would not hear why.
            incoming.drain().await;
        }
        taken
    }

    async fn receive(&self, id: FileId, upload: &Upload<'_>, incoming: &mut Incoming) -> Result<File, Refused> {
        let bytes_max = upload.policy.bytes_max;
        match upload.bytes {
            0 => return Err(Refused::Empty),
            bytes if bytes > bytes_max => return Err(Refused::TooLarge { bytes_max }),
            _ => {}
        }
        let first = incoming.part().await?;
        let content = recognise(&first, incoming.left == 0).filter(|known| upload.policy.kinds.contains(&known.kind));
        let content = content.ok_or(Refused::WrongType)?;
        let file = self.file(id, upload, content);
        match self.store.reserve(&file, self.quota()).await? {
            Reserved::Done => {}
            Reserved::ConversationFull => return Err(Refused::ConversationFull),
            Reserved::TenantFull => return Err(Refused::TenantFull),
        }
        self.keep(&file, first, incoming).await?;
        self.store.complete(id, content.media_type).await?;
        Ok(File {
            media_type: content.media_type.to_owned(),
            ..file
        })
    }

    /// Removes a file that its sender does not want to send after all.
    ///
    /// # Errors
    ///
    /// The database is away or refuses.
    pub async fn withdraw(&self, tenant: &TenantId, conversation: ConversationId, id: FileId) -> Result<(), Refused> {
        if self.of_conversation(tenant, conversation, id).await?.is_some() {
            self.store.remove(id).await?;
        }
        Ok(())
    }

    async fn keep(&self, file: &File, first: Vec<u8>, incoming: &mut Incoming) -> Result<(), Refused> {
        self.store.add_part(file.id, 0, &first).await?;
        let mut number = 1;
        while incoming.left > 0 {
            let part = incoming.part().await?;
            self.store.add_part(file.id, number, &part).await?;
            number += 1;
        }
        match incoming.is_over().await {
            true => Ok(()),
            false => Err(Refused::BrokenOff),
        }
    }

    fn file(&self, id: FileId, upload: &Upload<'_>, content: Type) -> File {
        File {
            id,
            conversation: upload.conversation,
            tenant: upload.tenant.clone(),
            name: Personal::from(clean(upload.name, content.extensions)),
            media_type: NOT_KNOWN_YET.to_owned(),
            bytes: upload.bytes,
            uploaded_at: self.clock.now(),
            seq: None,
        }
    }
}

/// The content as it comes.
struct Incoming {
    body: axum::body::BodyDataStream,
    /// Bytes still to be cut into parts.
    left: u64,
    deadline: Instant,
    silence: Duration,
    /// What came beyond the last part.
    spare: Vec<u8>,
}

impl Incoming {
    /// The next part: as long as a part is, or the rest.
    async fn part(&mut self) -> Result<Vec<u8>, Refused> {
        let wanted = usize::try_from(self.left).unwrap_or(usize::MAX).min(PART_BYTES);
        let mut part = std::mem::take(&mut self.spare);
        while part.len() < wanted {
            part.extend_from_slice(&self.chunk().await?.ok_or(Refused::BrokenOff)?);
        }
        self.spare = part.split_off(wanted);
        self.left -= wanted as u64;
        Ok(part)
    }

    /// Whether nothing comes beyond what was announced.
    async fn is_over(&mut self) -> bool {
        self.spare.is_empty() && matches!(self.chunk().await, Ok(None))
    }

    /// Hears what still comes, up to a bound.
    async fn drain(&mut self) {
        let mut heard = 0;
        while let Ok(Some(chunk)) = self.chunk().await
            && heard < DRAINED_BYTES_MAX
        {
            heard += chunk.len();
        }
    }

    async fn chunk(&mut self) -> Result<Option<bytes::Bytes>, Refused> {
        let heard = timeout_at(self.deadline, timeout(self.silence, self.body.next()));
        match heard.await {
            Ok(Ok(chunk)) => chunk.transpose().map_err(|_| Refused::BrokenOff),
            Ok(Err(_)) | Err(_) => Err(Refused::BrokenOff),
        }
    }
}
