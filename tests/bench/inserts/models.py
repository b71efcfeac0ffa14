"""The one row."""

from django.db import models


class Insert(models.Model):
    """Who asked, for which paper, and when. As narrow as an upvote could be."""

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    paper = models.ForeignKey("papers.Paper", on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    objects = models.Manager["Insert"]()

    class Meta:
        app_label = "inserts"

    def __str__(self) -> str:
        return f"insert {self.pk}"
