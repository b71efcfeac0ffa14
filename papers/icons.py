"""The icons, drawn for this site on a 24 x 24 grid. Decoration: the text beside one has its meaning."""

PATHS = {
    "up": '<path d="M12 5.5 20 17H4z"/>',
    "bookmark": '<path d="M6.5 4h11v16L12 15.5 6.5 20z"/>',
    "search": '<circle cx="10.5" cy="10.5" r="6"/><path d="m15 15 5.5 5.5"/>',
    "theme": '<circle cx="12" cy="12" r="8"/><path d="M12 4a8 8 0 0 1 0 16z" class="icon__fill"/>',
    "previous": '<path d="M14.5 5 8 12l6.5 7"/>',
    "next": '<path d="M9.5 5 16 12l-6.5 7"/>',
    "lock": '<rect x="5" y="11" width="14" height="9" rx="1.5"/><path d="M8 11V8a4 4 0 0 1 8 0v3"/>',
    "globe": (
        '<circle cx="12" cy="12" r="8.5"/>'
        '<path d="M3.5 12h17M12 3.5c5 5 5 12 0 17M12 3.5c-5 5-5 12 0 17"/>'
    ),
    "code": '<path d="m8.5 7-5 5 5 5M15.5 7l5 5-5 5"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "laurel": (
        '<circle cx="12" cy="9.5" r="5"/><path d="M9 13.8 7.5 21l4.5-2.5 4.5 2.5-1.5-7.2"/>'
    ),
    "copy": '<path d="M9 9h10.5v10.5H9z"/><path d="M15 9V4.5H4.5V15H9"/>',
    "grip": '<path d="M9 5v.01M15 5v.01M9 12v.01M15 12v.01M9 19v.01M15 19v.01"/>',
    "arrow-up": '<path d="M12 19V6M6.5 11 12 5.5l5.5 5.5"/>',
    "arrow-down": '<path d="M12 5v13M6.5 13l5.5 5.5 5.5-5.5"/>',
    "arrow-top": '<path d="M5.5 4.5h13M12 20V9M6.5 14 12 8.5l5.5 5.5"/>',
    "check": '<path d="m5 12.5 4.5 4.5L19 7"/>',
    "book": (
        '<path d="M12 6.5C9.5 4.8 6.7 4.5 4 5v13c2.7-.5 5.5-.2 8 1.5 2.5-1.7 5.3-2 8-1.5V5'
        'c-2.7-.5-5.5-.2-8 1.5zM12 6.5v13"/>'
    ),
    "pen": '<path d="M5 19l1-4L16 5l3 3L9 18zM14 7l3 3"/>',
    "close": '<path d="m6.5 6.5 11 11M17.5 6.5l-11 11"/>',
    "filter": '<path d="M4 6h16M7 12h10M10 18h4"/>',
    "out": '<path d="M9 6H5.5v12.5H18V15M13 5h6v6M19 5l-8.5 8.5"/>',
}
