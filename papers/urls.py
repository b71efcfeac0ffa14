"""The site's addresses, one small list a noun."""

from django.urls import URLPattern, URLResolver, include, path, register_converter

from papers import converters
from papers.exports import FORMATS
from papers.views import (
    about,
    archive,
    authors,
    badge,
    catalogue,
    entries,
    exports,
    front,
    health,
    library,
    listings,
    lists,
    moderation,
    paper,
    periods,
    profile,
    search,
    site,
    tags,
    why,
    winners,
)

register_converter(converters.PaperKeyConverter, "paper_key")
register_converter(converters.DayConverter, "day")
register_converter(converters.WeekConverter, "week")
register_converter(converters.MonthConverter, "month")
register_converter(converters.UsernameConverter, "username")
register_converter(converters.TagSlugConverter, "tag_slug")
register_converter(converters.LinkTokenConverter, "link_token")
register_converter(converters.AuthorNameConverter, "author_name")

app_name = "papers"

daily_urls = [
    path("", periods.latest, {"kind": "day"}, name="daily_latest"),
    path("<day:period>/", periods.show, name="daily"),
]

weekly_urls = [
    path("", periods.latest, {"kind": "week"}, name="weekly_latest"),
    path("<week:period>/", periods.show, name="weekly"),
]

monthly_urls = [
    path("", periods.latest, {"kind": "month"}, name="monthly_latest"),
    path("<month:period>/", periods.show, name="monthly"),
]

archive_urls = [
    path("", archive.latest, name="archive_latest"),
    path("<day:period>/", archive.show, name="archive"),
]

# The longest suffix first: what stands before it may be any letters and dots of a DOI.
paper_export_urls = [
    path(
        f"<paper_key:key>.{each.suffix}",
        exports.paper,
        {"suffix": each.suffix},
        name=exports.route_name(each),
    )
    for each in sorted(FORMATS, key=lambda form: len(form.suffix), reverse=True)
]

# What one does to a paper stands before the paper itself, and so do the formats it can be had in: a
# DOI may contain slashes and dots.
paper_urls = [
    path("", catalogue.show, name="catalogue"),
    path("<paper_key:key>/upvote/", paper.upvote, name="upvote"),
    path("<paper_key:key>/upvote/remove/", paper.remove_upvote, name="remove_upvote"),
    path("<paper_key:key>/save/", paper.save, name="save"),
    path("<paper_key:key>/save/remove/", paper.unsave, name="unsave"),
    path("<paper_key:key>/status/", paper.status, name="status"),
    path("<paper_key:key>/note/", paper.note, name="note"),
    path("<paper_key:key>/version/seen/", paper.version_seen, name="version_seen"),
    path("<paper_key:key>/why/", why.show, name="why"),
    *paper_export_urls,
    path("<paper_key:key>/", paper.show, name="paper"),
]

entry_urls = [
    path("", entries.add, name="list_entries"),
    path("move/", entries.move, name="move_entry"),
    path("note/", entries.note, name="note_entry"),
    path("remove/", entries.remove, name="remove_entry"),
    path("restore/", entries.restore, name="restore_entry"),
]

own_list_urls: list[URLPattern | URLResolver] = [
    path("", lists.show, name="list"),
    path("edit/", lists.edit, name="edit_list"),
    path("link/", lists.replace_link, name="replace_list_link"),
    path("copy/", lists.copy, name="copy_list"),
    path("delete/", lists.delete, name="delete_list"),
    path("entries/", include(entry_urls)),
]

list_urls: list[URLPattern | URLResolver] = [
    path("lists/", lists.directory, name="lists"),
    path("lists/new/", lists.new, name="new_list"),
    path("lists/s/<link_token:token>/", lists.show_by_link, name="list_by_link"),
    path("lists/s/<link_token:token>/copy/", lists.copy_by_link, name="copy_list_by_link"),
    path("@<username:username>/", profile.show, name="profile"),
    path("@<username:username>/<slug:slug>/", include(own_list_urls)),
]

urlpatterns = [
    path("", front.show, name="front"),
    path("new/", listings.new, name="new"),
    path("top/", listings.top, name="top"),
    path("daily/", include(daily_urls)),
    path("weekly/", include(weekly_urls)),
    path("monthly/", include(monthly_urls)),
    path("winners/", winners.latest, name="winners_latest"),
    path("winners/<month:period>/", winners.show, name="winners"),
    path("archive/", include(archive_urls)),
    path("badge/<paper_key:key>.svg", badge.show, name="badge"),
    path("papers/", include(paper_urls)),
    path("tags/", tags.index, name="tags"),
    path("tags/<tag_slug:slug>/", tags.show, name="tag"),
    path("authors/<author_name:name_key>/", authors.show, name="author"),
    path("search/", search.show, name="search"),
    path("library/", library.show, name="library"),
    path("", include(list_urls)),
    path("about/ranking/", about.ranking, name="about_ranking"),
    path("moderation/log/", moderation.moderation_log, name="moderation_log"),
    path("favicon.ico", site.favicon, name="favicon"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
