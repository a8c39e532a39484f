//! Pages of a search: read in steps, so that no statement runs long, and a search that finds little can be stopped.

use super::cursor::Cursor;
use super::drive::Search;
use super::filter::{Condition, Filter};
use super::rows::{DecisionRow, WITH_SEARCH};
use crate::store::words::Words;
use crate::store::{Reader, StoreError};
use futures_util::{Stream, TryStreamExt, stream};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use std::time::{Duration, Instant};

/// Decisions, newest first, and how the page came to its end.
#[derive(Debug, Clone)]
pub struct Page {
    pub rows: Vec<DecisionRow>,
    pub ended: Ended,
}

/// Why a page holds no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// There is nothing after it.
    Whole,
    /// It is full, and there is more.
    More(Cursor),
    /// The time was over before it was full; what follows was not looked at.
    OutOfTime(Cursor),
}

impl Ended {
    /// Where to go on; `None` at the end.
    pub fn cursor(&self) -> Option<&Cursor> {
        match self {
            Self::Whole => None,
            Self::More(cursor) | Self::OutOfTime(cursor) => Some(cursor),
        }
    }
}

/// Candidates looked at in one statement: few at first, and as many as take about so long.
const STEPS: std::ops::RangeInclusive<usize> = 64..=65_536;
const FIRST_STEP: usize = 512;
const STEP_TAKES: Duration = Duration::from_millis(50);
/// Rows of a list that are held at a time.
const AT_ONCE: usize = 500;

impl Reader {
    /// At most `limit` decisions (at least 1) that come after a place. Where `within` is over, the page ends after the
    /// step that was under way, short of its limit.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn page(
        &self,
        filter: &Filter,
        after: Option<&Cursor>,
        limit: usize,
        within: Option<Duration>,
    ) -> Result<Page, StoreError> {
        let (begun, limit) = (Instant::now(), limit.max(1));
        let words = filter.text.as_deref().and_then(Words::of);
        let search = self.search(filter, words.as_ref()).await?;
        let is_exact = search.is_exact() && words.is_none();
        let (mut place, mut step, mut found) = (after.cloned(), FIRST_STEP, Vec::new());
        let ended = loop {
            let step_begun = Instant::now();
            let up_to = match is_exact {
                true => None,
                false => self.boundary(&search, place.as_ref(), step).await?,
            };
            // Words are looked for after the rows were read, so how many will do is not known before.
            let wanted = if words.is_some() { AT_ONCE } else { limit + 1 - found.len() };
            let mut rows = search.rows(&self.columns(), place.as_ref(), up_to.as_ref(), wanted);
            let rows = rows.build().fetch_all(&self.reads).await?;
            let cut = rows.len() == wanted;
            let last = rows.last().map(place_of).transpose()?;
            found.extend(match &words {
                Some(words) => self.with_words(rows, words).await?,
                None => rows,
            });
            if found.len() > limit {
                found.truncate(limit);
                break Ended::More(place_of(&found[limit - 1])?);
            }
            let Some(next) = last.filter(|_| cut).or(up_to) else { break Ended::Whole };
            if within.is_some_and(|within| begun.elapsed() >= within) {
                break Ended::OutOfTime(next);
            }
            place = Some(next);
            step = next_step(step, step_begun.elapsed());
        };
        Ok(Page { rows: self.decisions(&found).await?, ended })
    }

    /// Every decision, newest first, as a stream in constant memory. Each part of it is read as the database is by
    /// then, so that nobody is held up by a long list.
    pub fn list(
        &self,
        filter: &Filter,
    ) -> impl Stream<Item = Result<DecisionRow, StoreError>> + '_ {
        let begin = Some((filter.clone(), None));
        let pages = stream::try_unfold(begin, async move |state| {
            let Some((filter, after)) = state else { return Ok::<_, StoreError>(None) };
            let page = self.page(&filter, after.as_ref(), AT_ONCE, None).await?;
            let next = page.ended.cursor().map(|cursor| (filter, Some(cursor.clone())));
            Ok(Some((stream::iter(page.rows.into_iter().map(Ok)), next)))
        });
        pages.try_flatten()
    }

    /// How the database goes about the first page, a line a step: for whoever wonders why a search takes long.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn query_plan(&self, filter: &Filter) -> Result<Vec<String>, StoreError> {
        let search = self.search(filter, None).await?;
        let after = Cursor { at: i64::MAX, id: String::new() };
        let mut lines = Vec::new();
        for columns in ["EXPLAIN QUERY PLAN SELECT 1", "EXPLAIN QUERY PLAN SELECT d.*"] {
            for place in [None, Some(&after)] {
                let mut query = search.rows(columns, place, None, 1);
                for row in query.build().fetch_all(&self.reads).await? {
                    lines.push(row.try_get("detail")?);
                }
            }
        }
        Ok(lines)
    }

    async fn search(&self, filter: &Filter, words: Option<&Words>) -> Result<Search, StoreError> {
        if filter.category.is_some() && self.schema < WITH_SEARCH {
            return Err(StoreError::OlderSchema);
        }
        let apps = match &filter.app {
            Some(app) => Some(self.apps(app).await?),
            None => None,
        };
        let mut conditions = filter.conditions(self, apps);
        if let Some(words) = words {
            conditions.extend(self.by_words(words).await?.map(Condition::Among));
        }
        Ok(Search::new(filter, conditions, self.schema))
    }

    /// The pairs of SDKAppID and name that an app may mean: each lookup jumps to the next pair.
    async fn apps(&self, meant: &str) -> Result<Vec<(i64, String)>, StoreError> {
        let same = "SELECT sdk_app_id, app FROM decisions WHERE sdk_app_id = ? AND app > ? ORDER BY app LIMIT 1";
        let next = "SELECT sdk_app_id, app FROM decisions WHERE sdk_app_id > ? ORDER BY sdk_app_id, app LIMIT 1";
        let (mut last, mut found) = ((i64::MIN, String::new()), Vec::new());
        loop {
            let same = sqlx::query_as(same).bind(last.0).bind(&last.1);
            let mut pair = same.fetch_optional(&self.reads).await?;
            if pair.is_none() {
                pair = sqlx::query_as(next).bind(last.0).fetch_optional(&self.reads).await?;
            }
            let Some(pair) = pair else { return Ok(found) };
            last = pair;
            if last.1 == meant || last.0.to_string() == meant {
                found.push(last.clone());
            }
        }
    }

    async fn boundary(
        &self,
        search: &Search,
        after: Option<&Cursor>,
        step: usize,
    ) -> Result<Option<Cursor>, StoreError> {
        let mut query = search.boundary(after, step);
        let row = query.build().fetch_optional(&self.reads).await?;
        row.map(|row| Ok(Cursor { at: row.try_get(0)?, id: row.try_get(1)? })).transpose()
    }
}

fn place_of(row: &SqliteRow) -> sqlx::Result<Cursor> {
    Ok(Cursor { at: row.try_get("created_at")?, id: row.try_get("id")? })
}

fn next_step(step: usize, took: Duration) -> usize {
    let next = if took < STEP_TAKES { step * 2 } else { step / 2 };
    next.clamp(*STEPS.start(), *STEPS.end())
}
