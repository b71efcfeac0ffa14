"""A member's library as a page: what is asked for, in which order, and what stands around it.

filters.py   the address's parameters, checked, and the entries that they leave
orders.py    the orders, and keyset paging through each
overview.py  how many there are of what: statuses, lists, subjects
rows.py      entries with all that their rows show
"""
