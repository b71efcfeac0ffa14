"""Authors' claims: who says, and was believed, that a paper is their own."""

from django.db import models


class PaperClaim(models.Model):
    """A member is an author of a paper. Their upvote of it does not count."""

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="claims")
    paper = models.ForeignKey("papers.Paper", on_delete=models.CASCADE, related_name="claims")
    claimed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["paper", "user"], name="paperclaim_once_a_member"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} wrote {self.paper_id}"
