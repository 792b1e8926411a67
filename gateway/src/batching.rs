//! Questions that many ask at the same time, put to the database once.
//!
//! While one round is under way the next one collects, so rounds grow with the load and a quiet system
//! waits for nobody. No task stands behind it: whoever waits for a round carries it on, and a round that
//! everybody has left is dropped. Who asks must therefore go on waiting, or drop the question.

use std::fmt;
use std::sync::Arc;

use frontdesk_core::ports::store::Error;
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared, WeakShared};
use parking_lot::Mutex;
use tokio::sync::Semaphore;

/// Questions of one round.
const QUESTIONS_MAX: usize = 256;
/// Rounds under way at once: while one is answered, another one may be asked.
const ROUNDS_MAX: usize = 2;

/// What is put to the database: as many answers as questions, in their order.
type Ask<Q, A> = dyn Fn(Vec<Q>) -> BoxFuture<'static, Result<Vec<A>, Error>> + Send + Sync;
type Answers<A> = Shared<BoxFuture<'static, Result<Arc<[A]>, Arc<Error>>>>;
type WeakAnswers<A> = WeakShared<BoxFuture<'static, Result<Arc<[A]>, Arc<Error>>>>;

/// Gathers questions into rounds.
pub struct Batcher<Q, A> {
    ask: Arc<Ask<Q, A>>,
    places: Arc<Semaphore>,
    next: Mutex<Option<Round<Q, A>>>,
}

/// Questions that are asked together.
struct Round<Q, A> {
    /// `None` once they are being asked.
    questions: Arc<Mutex<Option<Vec<Q>>>>,
    answers: WeakAnswers<A>,
}

impl<Q, A> fmt::Debug for Batcher<Q, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batcher").finish_non_exhaustive()
    }
}

impl<Q, A> Batcher<Q, A>
where
    Q: Send + 'static,
    A: Clone + Send + Sync + 'static,
{
    /// Asks by `ask`.
    pub fn new<F>(ask: impl Fn(Vec<Q>) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Vec<A>, Error>> + Send + 'static,
    {
        Self {
            ask: Arc::new(move |questions| ask(questions).boxed()),
            places: Arc::new(Semaphore::new(ROUNDS_MAX)),
            next: Mutex::new(None),
        }
    }

    /// Asks one thing.
    ///
    /// # Errors
    ///
    /// The whole round failed.
    pub async fn ask(&self, question: Q) -> Result<A, Error> {
        let (answers, place) = self.join(question);
        match answers.await {
            Ok(answers) => {
                let answer = answers.get(place).cloned();
                answer.ok_or_else(|| Error::Invalid("a question was left unanswered".to_owned()))
            }
            Err(error) => Err(match &*error {
                Error::Unavailable(source) => Error::Unavailable(source.to_string().into()),
                Error::Invalid(reason) => Error::Invalid(reason.clone()),
            }),
        }
    }

    /// Puts a question into the round that still collects, or into a new one; returns the answers to come,
    /// and which of them it is.
    fn join(&self, question: Q) -> (Answers<A>, usize) {
        let mut next = self.next.lock();
        // A round that everybody has left is never asked.
        let open = next.as_ref().and_then(|round| Some((round, round.answers.upgrade()?)));
        if let Some((round, answers)) = open
            && let Some(questions) = &mut *round.questions.lock()
            && questions.len() < QUESTIONS_MAX
        {
            questions.push(question);
            return (answers, questions.len() - 1);
        }
        let questions = Arc::new(Mutex::new(Some(vec![question])));
        let answers = self.round(Arc::clone(&questions)).boxed().shared();
        let answers_of_a_round = answers
            .downgrade()
            .expect("a future that nobody has polled has not ended");
        *next = Some(Round {
            questions,
            answers: answers_of_a_round,
        });
        (answers, 0)
    }

    /// Waits for a place, and asks what has gathered by then.
    fn round(
        &self,
        questions: Arc<Mutex<Option<Vec<Q>>>>,
    ) -> impl Future<Output = Result<Arc<[A]>, Arc<Error>>> + Send + use<Q, A> {
        let (ask, places) = (Arc::clone(&self.ask), Arc::clone(&self.places));
        async move {
            let _place = places.acquire_owned().await.expect("the places are never closed");
            let questions = questions.lock().take().unwrap_or_default();
            let answers = ask(questions).await.map_err(Arc::new)?;
            Ok(answers.into())
        }
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use futures_util::future::join_all;
    use futures_util::poll;
    use tokio::sync::mpsc;

    use super::*;

    /// Answers each number with its double once it is let, and tells how many were asked together.
    fn doubling() -> (Batcher<u32, u32>, Arc<Semaphore>, mpsc::Receiver<usize>) {
        let may_answer = Arc::new(Semaphore::new(0));
        let (to, sizes) = mpsc::channel(16);
        let allowed = Arc::clone(&may_answer);
        let batcher = Batcher::new(move |questions: Vec<u32>| {
            let (allowed, to) = (Arc::clone(&allowed), to.clone());
            async move {
                to.try_send(questions.len()).unwrap();
                allowed.acquire().await.unwrap().forget();
                if questions.contains(&0) {
                    return Err(Error::Invalid("nothing".to_owned()));
                }
                Ok(questions.into_iter().map(|question| question * 2).collect())
            }
        });
        (batcher, may_answer, sizes)
    }

    #[tokio::test]
    async fn who_asks_while_rounds_are_under_way_is_asked_for_together() {
        let (batcher, may_answer, mut sizes) = doubling();
        let mut early: Vec<_> = (1..=2).map(|number| Box::pin(batcher.ask(number))).collect();
        for one in &mut early {
            assert!(poll!(one).is_pending(), "nobody has answered");
        }
        let late = join_all((3..=9).map(|number| batcher.ask(number)));
        let mut late = pin!(late);
        assert!(poll!(&mut late).is_pending());
        may_answer.add_permits(16);
        let (early, late) = tokio::join!(join_all(early), late);
        let answers = early.into_iter().chain(late).map(Result::unwrap);
        assert_eq!(
            answers.collect::<Vec<_>>(),
            [2, 4, 6, 8, 10, 12, 14, 16, 18],
            "each has its own answer"
        );
        let mut asked = Vec::new();
        while let Ok(size) = sizes.try_recv() {
            asked.push(size);
        }
        assert_eq!(asked, [1, 1, 7]);
    }

    #[tokio::test]
    async fn a_round_that_everybody_has_left_keeps_no_place() {
        let (batcher, may_answer, mut sizes) = doubling();
        for number in 1..=5 {
            let mut asked = Box::pin(batcher.ask(number));
            assert!(poll!(&mut asked).is_pending());
        }
        may_answer.add_permits(1);
        assert_eq!(batcher.ask(21).await.unwrap(), 42);
        assert_eq!(sizes.try_recv(), Ok(1));
    }

    #[tokio::test]
    async fn a_round_that_fails_fails_for_all_of_it_and_the_next_does_not() {
        let (batcher, may_answer, _sizes) = doubling();
        may_answer.add_permits(16);
        let (one, other) = tokio::join!(batcher.ask(0), batcher.ask(1));
        assert!(matches!(one, Err(Error::Invalid(_))));
        assert!(matches!(other, Err(Error::Invalid(_))) || other.is_ok_and(|answer| answer == 2));
        assert_eq!(batcher.ask(4).await.unwrap(), 8);
    }

    #[tokio::test]
    async fn a_round_is_bounded() {
        let (batcher, may_answer, mut sizes) = doubling();
        let count = u32::try_from(QUESTIONS_MAX).unwrap() + 10;
        let all = join_all((1..=count).map(|number| batcher.ask(number)));
        let mut all = pin!(all);
        assert!(poll!(&mut all).is_pending(), "nobody has answered");
        may_answer.add_permits(16);
        let answers = all.await;
        assert!(
            answers
                .into_iter()
                .zip(1..)
                .all(|(answer, number)| answer.unwrap() == number * 2)
        );
        let mut asked = Vec::new();
        while let Ok(size) = sizes.try_recv() {
            asked.push(size);
        }
        assert_eq!(asked, [1, 1, QUESTIONS_MAX, 8]);
    }
}
