"""Stories that once went wrong, as short as they can be; each is a test by its name."""

STORIES = {
    "an instance is cancelled in the read that shows its series first": """
        seed=244 calendars=ann@example.com,bob@example.com,shared unwatchable=shared
        520.418 create event=e1 day=19 calendar=shared title=T1 room=w1 weekly=5
        557.183 delete event=e1@0
        """,
    "a split-off part on the second page says the same to a system that knows titles only": """
        seed=580 calendars=ann@example.com,bob@example.com,shared page=3
        397.493 create event=e1 day=12 calendar=bob@example.com title=T1 room=w1 weekly=7
        14512.978 deaf calendar=bob@example.com
        14540.611 create event=e2 day=13 calendar=bob@example.com title=T2 room=t2 weekly=8
        14898.308 foreign event=e2@3 room=foreign
        14923.163 delete event=e1@2
        15019.253 split event=e2@1 to=e3
        """,
    "an operator has a refused cancellation tried again after the series was told": """
        seed=279 calendars=ann@example.com,team,bob@example.com,shared every=1800
        8.236 create event=e1 day=14 calendar=team title=T0 room=t1 guests=ann@example.com
        8.322 move event=e1 calendar=shared
        411.534 create event=e2 day=7 calendar=ann@example.com title=T8 room=w2 weekly=8 guests=ann@example.com,bob@example.com
        7886.108 fault op=provider.apply kind=rejected skip=1
        8062.377 swap event=e1 room=w4
        8063.372 delete event=e2@3
        13412.663 split event=e2@0 to=e5 title=T35
        """,
    "a changed instance on an earlier page than its series": """
        seed=352 calendars=ann@example.com,team,bob@example.com,shared page=1 unwatchable=shared
        9.432 create event=e1 day=4 calendar=shared title=T0 room=w1 weekly=5
        35.975 rename event=e1@2 title=T2
        119.152 swap event=e1 room=w2
        267.441 swap event=e1 room=w2
        """,
    "an instance comes back with the conference that its series has just lost": """
        seed=6 calendars=ann@example.com,bob@example.com,shared
        299.930 create event=e1 day=5 calendar=shared title=T0 room=w1 weekly=7
        649.133 create event=e3 day=15 calendar=shared title=T5 room=w3
        673.107 delete event=e1@3
        703.056 create event=e4 day=17 calendar=bob@example.com title=T10 room=w4
        855.064 create event=e5 day=17 calendar=bob@example.com title=T11 room=t5
        878.585 split event=e1@0 to=e6 title=T12
        953.608 delete event=e6@2
        19521.076 drop event=e1
        19522.318 restore event=e6@3
        """,
    "the same is found by a full read": """
        seed=6 calendars=ann@example.com
        300 create event=e1 day=5 calendar=ann@example.com title=T0 room=w1 weekly=7
        673 delete event=e1@3
        1002 push calendar=ann@example.com kind=delay times=9 seconds=9
        1004 drop event=e1
        1005 restore event=e1@3
        1006 expire calendar=ann@example.com
        """,
    "moved, and taken off where it is now, before its former place is read": """
        seed=711 calendars=ann@example.com,bob@example.com,shared
        8.986 create event=e1 day=14 calendar=bob@example.com title=T0 room=w1 guests=ann@example.com,bob@example.com
        9.800 fault op=calendar.event kind=slow skip=0 seconds=11.6
        742.057 shape name=shape-15
        742.647 move event=e1 calendar=shared
        763.613 foreign event=e1 room=foreign
        """,
    "swapped and moved in one go, and its former organizer stays as a guest": """
        seed=920 calendars=ann@example.com,bob@example.com,shared limit=3 unwatchable=shared
        8.987 create event=e1 day=12 calendar=bob@example.com title=T0 room=w1 private=yes
        9.490 create event=e2 day=20 calendar=bob@example.com title=T2 room=w2 guests=bob@example.com
        48.939 expire calendar=bob@example.com
        49.584 swap event=e2 room=w3
        57.343 move event=e2 calendar=ann@example.com
        """,
}
