//! What people do from their clients: send, edit, recall; each with its webhook, whose answer is awaited.

use super::group::GroupType;
use super::post::{ClientEdit, Post, Refused, Sent};
use super::service::Service;
use super::webhook::WebhookAnswer;
use super::world::{Place, Recalled};

impl Service {
    pub async fn send(&self, post: Post) -> Sent {
        let (place, draft, quiet) = post.parts();
        let event = {
            let mut world = self.world();
            match &place.topic {
                Some(topic) => world.create_topic(place.app, &place.group, topic),
                None => world.create_group(place.app, &place.group, GroupType::Public),
            }
            world.send(&place, draft, self.now())
        };
        // Group and topic are there by now, so a refusal cannot be; number 0 is nobody's.
        let Ok(event) = event else { return Sent { seq: 0, webhook: None } };
        let seq = event.seq().unwrap_or(0);
        let webhook = if quiet { None } else { self.tell(event, "Android").await };
        Sent { seq, webhook }
    }

    pub async fn edit(&self, edit: ClientEdit) -> Result<Option<WebhookAnswer>, Refused> {
        let place = Place::new(edit.app, &edit.group, edit.topic.as_deref());
        let (body, custom) = (edit.body.as_deref(), edit.custom.as_deref());
        let event = self.world().edit(&place, edit.seq, &edit.editor, body, custom, self.now());
        let event = event.map_err(|refusal| Refused { code: refusal.code })?;
        Ok(self.tell(event, "iOS").await)
    }

    pub async fn recall(
        &self,
        place: &Place,
        seq: u64,
        operator: &str,
    ) -> Result<Option<WebhookAnswer>, Refused> {
        let recalled = self.world().recall(place, &[seq], operator, self.now());
        match recalled.map_err(|refusal| Refused { code: refusal.code })? {
            Recalled { event: Some(event), .. } => Ok(self.tell(event, "iOS").await),
            Recalled { codes, .. } => {
                Err(Refused { code: codes.first().map_or(0, |(_, code)| *code) })
            }
        }
    }
}
