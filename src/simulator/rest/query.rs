//! The parameters in a call's address, and whether they let the caller in (EN-34620).

use crate::simulator::SimulatedApp;
use crate::simulator::refusal::Refusal;
use crate::simulator::service::Service;
use crate::simulator::usersig;

/// The app that a call's address proves to speak for. Names and values are case-sensitive.
pub(super) fn check<'s>(
    service: &'s Service,
    query: &[(String, String)],
) -> Result<&'s SimulatedApp, Refusal> {
    let get = |name: &str| {
        let value = query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        value.filter(|value| !value.is_empty())
    };
    let app = get("sdkappid").ok_or(Refusal::NO_APP_GIVEN)?;
    let app = app.parse().map_err(|_| Refusal::BAD_PARAMETER)?;
    let app = service.app(app).ok_or(Refusal::NO_APP)?;
    let identifier = get("identifier").ok_or(Refusal::BAD_PARAMETER)?;
    let usersig = get("usersig").ok_or(Refusal::BAD_PARAMETER)?;
    let random = get("random").ok_or(Refusal::BAD_PARAMETER)?;
    let is_digits = random.bytes().all(|byte| byte.is_ascii_digit());
    if !is_digits || random.parse::<u32>().is_err() || get("contenttype") != Some("json") {
        return Err(Refusal::BAD_PARAMETER);
    }
    let now = service.now_seconds();
    let life = service.habits().usersig_life.unwrap_or(u64::MAX);
    let signed = usersig::check(usersig, app.sdk_app_id, identifier, &app.secret_key, now)?;
    if now >= signed.saturating_add(life) {
        return Err(Refusal::SIG_EXPIRED);
    }
    if identifier != app.admin {
        return Err(Refusal::NOT_ADMIN);
    }
    Ok(app)
}
