//! Progress bars over counters the clients keep.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::task::JoinHandle;

use crate::clock;
use crate::fleet::Progress;

const REDRAW: Duration = Duration::from_millis(250);

/// A bar that follows a [`Progress`] until dropped. Nothing is drawn where there is no terminal.
#[derive(Debug)]
pub struct Bar {
    bar: ProgressBar,
    follower: JoinHandle<()>,
}

impl Bar {
    /// Draws a bar up to `total` steps of `unit`, or a spinner without a total.
    #[must_use]
    pub fn follow(title: &str, unit: &str, total: Option<u64>, progress: &Arc<Progress>, show: bool) -> Self {
        let target = if show {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(total, target);
        let template = match total {
            Some(_) => format!("{title:>8} [{{bar:32}}] {{pos}}/{{len}} {unit} {{per_sec}} {{msg}} ({{eta}} left)"),
            None => format!("{title:>8} {{spinner}} {{elapsed}} {{pos}} {unit} {{per_sec}} {{msg}}"),
        };
        bar.set_style(ProgressStyle::with_template(&template).expect("the template is a constant"));
        let follower = tokio::spawn({
            let (bar, progress) = (bar.clone(), Arc::clone(progress));
            async move {
                loop {
                    bar.set_position(progress.done.load(Ordering::Relaxed));
                    let failed = progress.failed.load(Ordering::Relaxed);
                    if failed > 0 {
                        bar.set_message(format!("{failed} failed"));
                    }
                    bar.tick();
                    clock::sleep(REDRAW).await;
                }
            }
        });
        Self { bar, follower }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.follower.abort();
        self.bar.finish_and_clear();
    }
}
