//! The client that lists the feeds: which sources talk, and which have fallen silent.

use comfy_table::Cell;
use lacteal_wire::api::feed_service_client::FeedServiceClient;
use lacteal_wire::api::{FeedState, ListFeedsRequest};

use crate::args;
use crate::client::{connect, print_json, refused, word};
use crate::quarantine::time;
use crate::show;

/// Prints all feeds.
pub(crate) async fn feeds(arguments: args::Feeds) -> anyhow::Result<()> {
    let mut client = FeedServiceClient::new(connect(&arguments.client.gateway).await?);
    let list = client.list_feeds(ListFeedsRequest {}).await.map_err(refused)?.into_inner();
    if arguments.client.json {
        return print_json("lacteal.v1.ListFeedsResponse", &list);
    }
    let mut table = show::table(&["source", "state", "last message", "usual silence"]);
    for feed in &list.feeds {
        table.add_row([
            Cell::new(&feed.source),
            Cell::new(word(feed.state().as_str_name(), "FEED_STATE_")),
            Cell::new(if feed.last_message_at_s == 0 {
                "-".to_owned()
            } else {
                time(feed.last_message_at_s)
            }),
            Cell::new(if feed.usual_gap_s == 0 { "-".to_owned() } else { duration(feed.usual_gap_s) }),
        ]);
    }
    show::print(&table);
    let silent = list.feeds.iter().filter(|feed| feed.state() == FeedState::Silent).count();
    let sources = show::counted(list.feeds.len(), "source");
    show::line(&format!("{sources}, {silent} silent, seen {}", time(list.looked_at_s)));
    Ok(())
}

/// Hours and minutes.
fn duration(seconds: i64) -> String {
    format!("{} h {:02} min", seconds / 3600, seconds % 3600 / 60)
}
