# ruff: noqa: E501 - a line of a story is one thing that happens
"""Stories that once went wrong, as short as they can be; each is a test by its name. The list only grows, so the
module is as long as it is.
"""

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
    "a lost conference of one instance is refused, and an operator has it tried again": """
        seed=2807 calendars=ann@example.com,bob@example.com,shared
        11.586 create event=e1 day=7 calendar=bob@example.com title=T0 room=w1 private=yes
        12.647 create event=e2 day=13 calendar=bob@example.com title=T1 room=w2 weekly=5
        38.281 fault op=provider.apply kind=rejected skip=0
        169.372 drop event=e2@0
        171.179 hush event=e1
        """,
    "both a series and its instance are refused, and an operator has it tried again": """
        seed=1959 calendars=ann@example.com,bob@example.com,shared
        10365.039 create event=e7 day=7 calendar=ann@example.com title=T24 room=w3 weekly=5
        10366.411 fault op=provider.apply kind=rejected skip=0 times=5
        25690.373 swap event=e7@0 room=t4
        26044.931 delete event=e6@1
        """,
    "made and renamed while details are hidden": """
        seed=2721 calendars=ann@example.com,bob@example.com,shared every=1800
        394.264 create event=e1 day=11 calendar=shared title=T0 room=w1
        468.576 hide calendar=bob@example.com role=freeBusyReader
        5908.970 create event=e2 day=19 calendar=bob@example.com title=T14 room=t3
        5909.541 rename event=e2 title=T15
        17313.902 delete event=e11
        """,
    "renamed while details are hidden, and Calendar keeps the token when they come back": """
        seed=2721 calendars=ann@example.com,bob@example.com
        394.264 create event=e1 day=11 calendar=bob@example.com title=T0 room=w1
        468.576 hide calendar=bob@example.com role=freeBusyReader
        5909.541 rename event=e1 title=T15
        7000 unhide calendar=bob@example.com voids=no
        """,
    "a cancelled instance on an earlier page than its series": """
        seed=3034 calendars=ann@example.com,bob@example.com,shared page=3 unwatchable=shared
        27.725 create event=e1 day=17 calendar=ann@example.com title=T0 room=w1
        20693.373 move event=e1 calendar=shared
        20712.926 swap event=e1 room=t4
        20715.457 create event=e6 day=19 calendar=shared title=T26 room=t6 weekly=7
        20716.945 create event=e7 day=20 calendar=shared title=T27 room=w7 weekly=3 private=yes guests=bob@example.com
        20717.917 delete event=e7@0
        20718.721 rename event=e7 title=T29
        """,
    "let go of again after a call that made it anew and was never noted": """
        seed=3306 calendars=ann@example.com,bob@example.com,shared every=1800 ttl=7200 skews=0,5,-3
        14496.931 create event=e1 day=16 calendar=ann@example.com title=T0 room=w1
        14516.822 delete event=e1
        14518.214 fault op=provider.apply kind=kill skip=2 times=2 after=yes
        14854.734 push calendar=ann@example.com kind=double times=4 seconds=175.7
        27324.754 create event=e2 day=20 calendar=shared title=T5
        27325.093 create event=e3 day=16 calendar=bob@example.com title=T6 room=w2 weekly=5 guests=ann@example.com,bob@example.com
        27326.541 restore event=e1
        27466.434 swap event=e1 room=w3
        """,
    "details come back in the middle of a read": """
        seed=5258 calendars=ann@example.com,bob@example.com,shared page=1 empty=2 limit=3 every=1800 ttl=7200 renew=3700
        10826.175 create event=e1 day=16 calendar=ann@example.com title=T0 room=w1 guests=ann@example.com,bob@example.com
        10851.007 hide calendar=bob@example.com role=freeBusyReader
        10851.373 create event=e2 day=16 calendar=bob@example.com title=T3 room=w2 weekly=5
        10856.146 unhide calendar=bob@example.com voids=yes
        """,
    "a first delivery that has lost its lease does not decide on what it saw before its call": """
        seed=110619 calendars=ann@example.com,team,bob@example.com
        8.643 create event=e1 day=7 calendar=team title=T0 weekly=3
        36.091 fault op=store.save kind=slow skip=2 seconds=2.5
        42.872 fault op=delivery kind=double skip=2 seconds=10.0
        43.139 delete event=e1@2
        396.169 restore event=e1@2
        396.300 fault op=store.save kind=slow skip=3 seconds=14.5
        397.240 swap event=e1@2 room=w1
        399.509 split event=e1@1 to=e3 title=T9
        """,
    "an instance that came before its series belongs to it though another instance held the conference": """
        seed=118493 calendars=ann@example.com,team,bob@example.com,shared page=1 unwatchable=shared
        9.429 create event=e1 day=7 calendar=shared title=T0 room=w1 weekly=5 private=yes
        9.869 rename event=e1@3 title=T1
        30.203 delete event=e1@2
        146.605 rename event=e1 title=T6
        """,
    "an instance that came before its series is remembered when time runs out": """
        seed=105567 calendars=ann@example.com,team,bob@example.com page=1 limit=3 ttl=7200 renew=3700
        449.043 deaf calendar=ann@example.com
        691.950 create event=e4 day=5 calendar=ann@example.com title=T14 room=w4 weekly=4 guests=ann@example.com,bob@example.com
        2507.049 delete event=e4@1
        2533.120 rename event=e4 title=T21
        2806.931 odd event=e5 calendar=ann@example.com room=w5
        """,
    "a series takes up what its instance has, and lets go of it again": """
        seed=119605 calendars=ann@example.com,bob@example.com,shared
        8.627 create event=e1 day=8 calendar=bob@example.com title=T0 room=t1 weekly=7
        9.503 copy event=e1 to=e2 calendar=bob@example.com
        27.178 swap event=e2@0 room=w2
        4069.986 swap event=e2 room=w2
        19662.496 swap event=e2 room=w3
        """,
    "the later part of a split series leads, though an instance of the first was read before both": """
        seed=305678 calendars=ann@example.com,bob@example.com,shared page=2
        27.182 create event=e1 day=10 calendar=bob@example.com title=T0 room=w1
        224.434 deaf calendar=ann@example.com
        737.416 create event=e2 day=4 calendar=ann@example.com title=T5 guests=ann@example.com,bob@example.com
        31309.163 create event=e3 day=18 calendar=bob@example.com title=T20 room=w2
        41243.112 create event=e4 day=12 calendar=ann@example.com title=T22 room=w3 weekly=6 private=yes
        41245.677 delete event=e4@1
        41245.717 delete event=e4@2
        41275.854 restore event=e4@2
        41299.317 split event=e4@3 to=e7 title=T33
        """,
    "an operator's retry does not let go what a guest's copy no longer shows": """
        seed=309218 calendars=ann@example.com,team,bob@example.com,shared
        9.457 create event=e1 day=10 calendar=ann@example.com title=T0 room=w1 guests=ann@example.com,bob@example.com
        340.048 deaf calendar=ann@example.com
        396.310 drop event=e1
        396.822 move event=e1 calendar=shared
        452.048 again room=w1
        """,
    "a guest's copy that shows another conference carries it no more, whatever is hidden": """
        seed=401920 calendars=ann@example.com,bob@example.com,shared
        223.435 hide calendar=ann@example.com role=reader
        471.514 create event=e2 day=5 calendar=ann@example.com title=T21 room=w4 weekly=5 guests=ann@example.com
        858.950 swap event=e2 room=w5
        2819.950 move event=e2 calendar=bob@example.com
        """,
    "a bare tombstone with an opaque id, read by a delivery that ran out of time before its series": """
        seed=2005771 calendars=ann@example.com,team,bob@example.com,shared grace=300 page=3 empty=2 limit=5 every=21600 bare=yes opaque=yes
        8.287 create event=e1 day=17 calendar=shared title=T0 room=t1 weekly=4
        9.216 delete event=e1
        244.490 push calendar=team kind=drop times=3 seconds=1.1
        447.417 odd event=e2 calendar=team room=w2
        447.675 fault op=store.save kind=kill skip=0 after=yes
        9180.110 copy event=e1 to=e3 calendar=bob@example.com
        9180.227 copy event=e1 to=e4 calendar=shared
        9505.103 delete event=e4@1
        9733.703 create event=e5 day=3 calendar=bob@example.com title=T17 room=w3
        18210.637 push calendar=bob@example.com kind=drop times=4 seconds=7602.3
        18212.281 restore event=e1@3
        18230.120 create event=e6 day=12 calendar=team title=T29 room=w4 weekly=8
        18230.230 create event=e7 day=13 calendar=team title=T30 room=w5 weekly=5 guests=bob@example.com
        18230.464 delete event=e7@3
        """,
    "an update by a delivery that was given up ends after the occurrences that it undoes": """
        seed=3003987 calendars=ann@example.com,team,bob@example.com grace=300 page=1 deliveries=3 resets=yes bare=yes
        36.115 create event=e1 day=7 calendar=bob@example.com title=T0 room=w1 private=yes
        37.132 drop event=e1
        17876.457 fault op=provider.apply kind=429 skip=1 times=5
        17876.677 shift event=e1 hours=0.5
        17891.160 fault op=provider.apply kind=slow skip=0 times=4 seconds=24.1
        17891.520 push calendar=bob@example.com kind=drop times=3 seconds=1.1
        17941.426 create event=e3 day=16 calendar=bob@example.com title=T11 room=w3 weekly=8 guests=bob@example.com
        17943.513 delete event=e3@0
        17999.975 cut event=e3 weeks=3
        18000.964 expire calendar=team
        18001.173 fault op=calendar.changes kind=expired skip=2 times=5
        18020.328 create event=e5 day=7 calendar=team title=T20 room=w4 weekly=5 guests=ann@example.com
        18342.854 create event=e6 day=13 calendar=team title=T24 room=w5 guests=ann@example.com
        18343.420 restore event=e3@0
        18349.823 rename event=e5@2 title=T28
        18350.082 fault op=delivery kind=double skip=2 times=3 seconds=15.2
        29953.753 push calendar=bob@example.com kind=drop times=3 seconds=11.8
        """,
    "moved to where we see nothing, and swapped there, while its former organizer stays as a guest": """
        seed=4005336 calendars=ann@example.com,bob@example.com,shared
        56.228 hide calendar=shared role=freeBusyReader
        80.222 create event=e3 day=20 calendar=ann@example.com title=T7 room=w2 private=yes guests=ann@example.com
        616.352 move event=e3 calendar=shared
        12109.922 swap event=e3 room=w3
        """,
    "a bare tombstone of a later part, on the page of the first part that has its etag too": """
        seed=4005808 calendars=ann@example.com,team,bob@example.com,shared page=2 bare=yes
        8.377 create event=e1 day=16 calendar=team title=T0 room=w1 weekly=7
        14180.852 split event=e1@1 to=e3
        14683.641 swap event=e3 room=w4
        15327.143 delete event=e3@1
        """,
    "the later part of a series leads, though an instance of the first was read before both": """
        seed=5002195 calendars=ann@example.com,team,bob@example.com,shared page=2 opaque=yes
        402.315 create event=e1 day=17 calendar=bob@example.com title=T0 room=w1
        7726.057 deaf calendar=team
        7727.090 create event=e2 day=16 calendar=team title=T10 room=w3 guests=ann@example.com,bob@example.com
        19276.339 create event=e3 day=10 calendar=ann@example.com title=T13 room=w5 guests=bob@example.com
        19287.106 create event=e4 day=13 calendar=shared title=T16 room=t6 weekly=7
        32446.793 create event=e5 day=19 calendar=team title=T18 room=w7 weekly=6
        32472.553 create event=e6 day=8 calendar=bob@example.com title=T19 room=t8
        32473.259 foreign event=e2 room=w1
        32836.668 split event=e5@3 to=e7 title=T26 hours=0.5
        33172.318 rename event=e5@1 title=T28
        """,
    "parts of a series and of its copy are moved to where others are": """
        seed=5003087 calendars=ann@example.com,team,bob@example.com,shared
        269.847 create event=e1 day=19 calendar=team title=T0 room=w1 weekly=3
        483.850 copy event=e1 to=e2 calendar=team
        488.646 rename event=e1@1 title=T4
        17787.194 swap event=e2@0 room=w2
        37547.154 split event=e2@2 to=e5
        44265.437 follow event=e1 weeks=2 to=e6 hours=0
        44265.788 cut event=e1 weeks=2
        44267.409 move event=e5 calendar=shared
        44268.789 move event=e6 calendar=bob@example.com
        """,
    "a first delivery that was overtaken does not tell what was renamed back since": """
        seed=7 calendars=ann@example.com grace=300 page=500 empty=0 limit=480 lease=60 every=21600 ttl=604800 renew=172800 write_back=off skews=0 ahead=0 deliveries=10 resets=no
        10.0 create event=e1 day=4 calendar=ann@example.com title=A room=w1
        100.0 fault op=delivery kind=double skip=0 seconds=5
        101.0 rename event=e1 title=B
        101.01 fault op=store.save kind=slow skip=1 seconds=9
        104.5 rename event=e1 title=A
        """,
    "a call that outlives its delivery is told over on a system that knows no change ids": """
        seed=7 calendars=ann@example.com grace=300 page=500 empty=0 limit=480 lease=60 every=21600 ttl=604800 renew=172800 write_back=off skews=0 ahead=0 deliveries=10 resets=no
        10.0 create event=e1 day=4 calendar=ann@example.com title=A room=t1
        100.0 fault op=provider.apply kind=slow skip=0 seconds=26
        100.0 fault op=delivery kind=double skip=0 seconds=6
        101.0 rename event=e1 title=B
        112.0 rename event=e1 title=C
        """,
    "restored before a due deletion looks, and deleted again before it says so": """
        seed=7 calendars=ann@example.com grace=300 page=500 empty=0 limit=480 lease=60 every=21600 ttl=604800 renew=172800 write_back=off skews=0 ahead=0 deliveries=10 resets=no
        10.0 create event=e1 day=4 calendar=ann@example.com title=A room=w1
        100.0 delete event=e1
        599.0 push calendar=ann@example.com kind=drop times=1
        599.1 restore event=e1
        599.9 fault op=store.save kind=slow skip=0 seconds=9
        602.0 delete event=e1
        620.0 create event=e2 day=4 calendar=ann@example.com title=B
        """,
    "a first delivery that was overtaken does not take up what was deleted since": """
        seed=8 calendars=ann@example.com grace=300 page=500 empty=0 limit=480 lease=60 every=21600 ttl=604800 renew=172800 write_back=off skews=0 ahead=0 deliveries=10 resets=no
        100.0 fault op=delivery kind=double skip=0 seconds=5
        101.0 create event=e1 day=4 calendar=ann@example.com title=A room=w1
        101.01 fault op=store.save kind=slow skip=1 seconds=9
        104.5 delete event=e1
        """,
    "an older call lands after a newer one whose retry its system takes for known": """
        seed=149 calendars=ann@example.com,team,bob@example.com every=1800 ttl=7200 store_clock=-0.16,0.08 queue_clock=-0.15,0.09
        8.839 create event=e1 day=14 calendar=team title=T0 room=w1 guests=ann@example.com,bob@example.com
        11.781 fault op=store.save kind=kill skip=3
        16.518 rename event=e1 title=T3
        23.699 rename event=e1 title=T5
        14881.606 rename event=e1 title=T7
        15198.340 rename event=e1 title=T8
        15215.540 rename event=e1 title=T9
        15432.753 fault op=provider.apply kind=slow seconds=111.2 skip=0
        15432.753 fault op=delivery kind=double skip=0 seconds=3.2
        15433.253 create event=e2 day=12 calendar=ann@example.com title=T12 room=w2u guests=bob@example.com
        15435.570 delete event=e2
        23098.453 enrol calendar=ann@example.com once=yes
        23098.605 enrol calendar=ann@example.com once=yes
        23170.437 fault op=provider.apply kind=orphaned seconds=87.9 skip=1
        23172.967 fault op=store.save kind=timeout skip=0 times=5 after=yes
        23441.741 restore event=e2
        23446.542 swap event=e1 room=w2u
        23783.754 delete event=e1 colour=3
        """,
    "refused, changed and changed back while the change between is under way": """
        seed=1 calendars=ann@example.com grace=300
        10.0 create event=e1 day=4 calendar=ann@example.com title=A room=w1
        99.9 fault op=provider.apply kind=rejected skip=0
        100.0 rename event=e1 title=B
        199.9 fault op=provider.apply kind=slow skip=0 seconds=26
        199.9 fault op=delivery kind=double skip=0 seconds=6
        200.0 rename event=e1 title=C
        212.0 rename event=e1 title=B
        """,
    "taken up again while it takes long to store that it is deleted": """
        seed=7 calendars=ann@example.com grace=0
        10.0 create event=e1 day=4 calendar=ann@example.com title=A room=t1
        99.9 fault op=delivery kind=double skip=0 seconds=5
        100.0 delete event=e1
        100.01 fault op=store.save kind=slow skip=2 seconds=9 after=yes
        104.5 restore event=e1
        """,
    "a try that nobody heard of lands after its retry was refused": """
        seed=7003310 calendars=ann@example.com,team,bob@example.com,shared grace=300 lease=60
        29.627 create event=e1 day=20 calendar=bob@example.com title=T0 room=w1 guests=ann@example.com,bob@example.com
        221.636 delete event=e1
        281.460 fault op=provider.apply kind=orphaned seconds=84.7 skip=1
        287.420 fault op=provider.apply kind=rejected skip=1
        32536.499 create event=e2 day=17 calendar=bob@example.com title=T15 room=w2
        32557.675 rename event=e2 title=T23
        """,
    "an older change ends while no event carries it, and one does again": """
        seed=7006082 calendars=ann@example.com,team,bob@example.com grace=300 lease=20
        8.163 create event=e1 day=3 calendar=ann@example.com title=A room=w1
        42394.440 fault op=provider.apply kind=slow seconds=53.6 skip=0
        42394.440 fault op=delivery kind=double skip=0 seconds=3.5
        42394.940 shift event=e1 hours=-2
        42401.699 shift event=e1 hours=2
        42439.041 delete event=e1
        42547.101 restore event=e1
        """,
    "a sweep with next to no time, beside the syncs that it asked for": """
        seed=7000731 calendars=ann@example.com,bob@example.com,shared grace=900 page=2 empty=2 limit=1 lease=60 every=21600 ttl=7200 renew=3700 write_back=off skews=0 ahead=0 deliveries=10 resets=no bare=no opaque=no unwatchable=shared
        31.314 fault op=store.save kind=kill skip=3
        31.411 create event=e1 day=14 calendar=ann@example.com title=B room=w1 weekly=5 guests=ann@example.com,bob@example.com
        32.180 create event=e2 day=3 calendar=shared title=C room=t2
        10207.826 copy event=e2 to=e3 calendar=ann@example.com
        10209.725 fault op=delivery kind=double skip=0 seconds=8.6
        10225.863 fault op=store.save kind=timeout skip=1 after=yes
        10245.776 unenrol calendar=bob@example.com
        10246.511 enrol calendar=bob@example.com once=yes
        10652.767 fault op=provider.apply kind=timeout skip=1
        10653.232 delete event=e3
        10803.649 renew
        12794.227 fault op=store.save kind=slow seconds=7.8 skip=3
        13192.116 set solutions=webhook
        13192.911 swap event=e2 room=w3
        13242.557 delete event=e1@3
        13263.883 rename event=e1@1 title=C
        13270.563 fault op=delivery kind=double skip=0 seconds=4.4
        13271.063 rename event=e1@1 title=B
        13272.630 rename event=e1@1 title=C
        13289.667 split event=e1@0 to=e4 title=A
        13290.146 fault op=queue.publish kind=timeout skip=0
        13499.598 create event=e5 day=7 calendar=ann@example.com title=C room=w4
        13539.752 fault op=delivery kind=double skip=0 seconds=8.2
        13573.222 fault op=delivery kind=double skip=0 seconds=5.2
        13580.429 copy event=e4 to=e7 calendar=ann@example.com
        13581.718 delete event=e7@0
        13591.510 set solutions=both
        """,
    "an occurrence is cancelled late of a conference that is gone, and its event lets go": """
        seed=4 calendars=ann@example.com grace=300
        10.0 create event=e1 day=19 calendar=ann@example.com title=A room=w1 weekly=4
        219.7 fault op=provider.apply kind=orphaned seconds=41 skip=1
        220.2 delete event=e1@0
        228.6 restore event=e1@0
        234.1 delete event=e1@0
        323.6 vanish room=w1
        331.8 delete event=e1@1
        482.6 delete event=e1
        """,
    "what is owed waits for a name that comes back before its calendar is read": """
        seed=5 calendars=ann@example.com grace=300
        10.0 create event=e1 day=4 calendar=ann@example.com title=A room=w1 weekly=5
        490.7 fault op=provider.apply kind=slow seconds=28.4 skip=0
        490.7 fault op=delivery kind=double skip=0 seconds=9.0
        491.2 shift event=e1 hours=24
        496.8 shift event=e1 hours=-24
        506.2 set solutions=titles
        1000.0 set solutions=both
        """,
    "an instance read by an earlier delivery carries by itself what its series lets go": """
        seed=9 calendars=bob@example.com grace=300 limit=5
        10.0 create event=e3 day=9 calendar=bob@example.com title=A room=w2 weekly=3
        60.0 delete event=e3@1
        400.0 hide calendar=bob@example.com role=freeBusyReader
        800.0 swap event=e3 room=w3
        860.0 restore event=e3@1
        900.0 fault op=provider.apply kind=slow seconds=6 skip=0 times=9
        """,
    "a change is owed while its system rests, and the call before it ends well": """
        seed=10 calendars=ann@example.com grace=300
        100.0 fault op=delivery kind=double skip=0 seconds=8
        100.0 fault op=provider.apply kind=slow seconds=60 skip=0
        100.0 fault op=provider.apply kind=429 skip=1
        100.0 fault op=provider.apply kind=late seconds=61 skip=2
        100.1 create event=e3 day=9 calendar=ann@example.com title=A room=w2
        122.0 rename event=e3 title=C
        """,
    "a try that was not heard of is told again, and a retry of it worked": """
        seed=10000959 calendars=ann@example.com,team grace=300 limit=480
        5803.222 deaf calendar=team
        8588.537 fault op=provider.apply kind=timeout skip=0
        8860.452 create event=e3 day=3 calendar=team title=A room=t3 weekly=6
        28206.601 swap event=e3 room=w1
        """,
    "an older call fails after the newer one, having taken effect": """
        seed=11003009 calendars=ann@example.com,bob@example.com,shared grace=300 limit=480 ttl=7200 opaque=yes store_clock=-0.06,0.04 queue_clock=0.02,0.17
        49.076 create event=e1 day=6 calendar=ann@example.com title=T0 room=w1 weekly=40
        1331.134 split event=e1@0 to=e2
        1537.125 split event=e2@0 to=e4 title=T8
        23570.634 shift event=e4@1 hours=-24
        23642.939 fault op=delivery kind=double skip=0 seconds=4.8
        23643.439 shift event=e4 hours=24
        23643.536 fault op=store.save kind=slow skip=1 after=yes seconds=8.9
        23643.971 fault op=provider.apply kind=500 skip=0 times=5 after=yes
        23644.835 shift event=e4 hours=-24
        23666.032 swap event=e2@0 room=w1
        """,
    "made anew by a call that failed, and another was begun since": """
        seed=12005255 calendars=ann@example.com,team,bob@example.com,shared grace=300 page=1 limit=480 bare=yes
        8.596 create event=e1 day=10 calendar=team title=T0 room=w1 weekly=8
        9.755 fault op=provider.apply kind=500 skip=5 after=yes
        18981.190 create event=e2 day=4 calendar=team title=T1 room=t2 private=yes guests=ann@example.com
        19215.832 delete event=e1@3
        19226.225 drop event=e2
        19226.753 delete event=e1
        27598.951 fault op=provider.apply kind=orphaned seconds=76.2 skip=1
        27612.803 restore event=e1
        27621.334 delete event=e1
        """,
    "dropped while its details are hidden, and moved away from a calendar that stays as a guest": """
        seed=12002809 calendars=ann@example.com,bob@example.com,shared grace=300 page=2 limit=480 lease=20 bare=yes
        8.803 create event=e1 day=7 calendar=bob@example.com title=T0 room=w1 guests=bob@example.com
        183.195 hide calendar=bob@example.com role=freeBusyReader
        514.890 drop event=e1 colour=3
        832.428 create event=e5 day=7 calendar=shared title=T16 room=w3 guests=ann@example.com
        839.775 move event=e1 calendar=shared
        918.682 create event=e7 day=9 calendar=shared title=T25 room=w4l weekly=40 guests=ann@example.com,bob@example.com
        979.666 delete event=e5
        1217.984 rename event=e7@2 title=T30
        1218.452 hide calendar=bob@example.com role=writerWithoutPrivateAccess
        """,
    "a late update of an instance comes after its series was told": """
        seed=13000719 calendars=ann@example.com,bob@example.com,shared grace=300 page=2 limit=480 opaque=yes
        22.134 create event=e1 day=18 calendar=bob@example.com title=B room=w1 weekly=4
        13254.707 delete event=e1@1
        13255.210 restore event=e1@1
        13255.213 delete event=e1@0
        13258.975 delete event=e1
        29687.142 fault op=provider.apply kind=late seconds=27.5 skip=0
        29715.553 restore event=e1
        40317.035 fault op=delivery kind=double skip=0 seconds=3.7
        """,
    "deleted while its details are hidden, and they come back within one read": """
        seed=14009018 calendars=ann@example.com,team,bob@example.com,shared grace=300 page=1 limit=480 every=1800 bare=yes skews=1,-1 unwatchable=shared store_clock=-0.16,0.03 queue_clock=0.08,0.06 later=bob@example.com
        876.990 renew
        18402.452 hide calendar=team role=freeBusyReader
        18493.372 fault op=queue.publish kind=timeout skip=0 after=yes
        18495.023 create event=e5 day=18 calendar=team title=T25 room=w4 weekly=5
        18495.033 fault op=store.save kind=slow seconds=12.8 skip=0
        18499.633 delete event=e5
        """,
    "a series carries another conference just while one of its instances is looked up": """
        seed=14009777 calendars=ann@example.com,team,bob@example.com,shared grace=300 page=2 limit=480 bare=yes opaque=yes store_clock=-0.14,0.17 queue_clock=0.15,0.02
        29.703 create event=e1 day=17 calendar=ann@example.com title=T0 room=t1
        36.657 fault op=provider.apply kind=orphaned seconds=90.4 skip=0
        36.657 fault op=delivery kind=double skip=0 seconds=8.0
        37.157 shift event=e1 hours=24
        38.843 shift event=e1 hours=-24
        558.440 create event=e2 day=6 calendar=team title=T7 room=w2
        558.628 push calendar=ann@example.com kind=double times=3 seconds=1.4
        560.571 move event=e2 calendar=ann@example.com
        570.489 copy event=e1 to=e3 calendar=ann@example.com
        570.728 rename event=e3 title=T12
        571.844 rename event=e3 title=T13
        572.098 hide calendar=bob@example.com role=freeBusyReader
        573.149 create event=e4 day=18 calendar=bob@example.com title=T16 room=w3 weekly=40 guests=ann@example.com,bob@example.com
        574.246 drop event=e4@3
        577.510 unhide calendar=bob@example.com voids=yes
        591.824 swap event=e4 room=t1
        595.837 swap event=e4 room=w4
        602.688 swap event=e4 room=t1
        """,
    "a try that was not heard of says what was told again since": """
        seed=15002376 calendars=ann@example.com,team,bob@example.com,shared grace=300 page=2 limit=480 lease=20 opaque=yes solutions=titles
        25.955 create event=e1 day=19 calendar=bob@example.com title=A
        258.798 create event=e2 day=8 calendar=bob@example.com title=C room=w2 weekly=8
        259.667 create event=e3 day=17 calendar=ann@example.com title=A room=t3 weekly=8
        339.402 rename event=e2@2 title=B
        1411.942 fault op=provider.apply kind=slow seconds=81.9 skip=0
        1434.187 fault op=provider.apply kind=timeout skip=0
        1521.522 delete event=e3
        2228.185 set solutions=webhook
        30945.079 rename event=e7 title=T89
        """,
    "a series takes up what its instance holds, and both were moved": """
        seed=15002978 calendars=ann@example.com,bob@example.com,shared grace=300 limit=480
        9.056 create event=e1 day=3 calendar=bob@example.com title=T0 room=w1 weekly=6
        15691.497 swap event=e1@1 room=w3
        16263.124 shift event=e1@3 hours=-2
        16373.143 move event=e1 calendar=shared
        16374.362 swap event=e1 room=w3
        """,
    "an occurrence is told between two tries of its series, after one of its instances led": """
        seed=16008823 calendars=ann@example.com,team,bob@example.com,shared grace=300 page=1 limit=480 lease=20 write_back=location opaque=yes
        9315.484 create event=e1 day=9 calendar=ann@example.com title=T0 room=t1 guests=bob@example.com
        9316.564 copy event=e1 to=e2 calendar=shared
        12675.305 create event=e3 day=5 calendar=shared title=T22 room=w2
        13018.822 create event=e4 day=4 calendar=team title=T23 room=t3 guests=ann@example.com,bob@example.com
        21238.120 create event=e5 day=16 calendar=shared title=T25 room=w4 guests=bob@example.com
        21259.195 swap event=e1 room=w2
        21309.355 fault op=provider.apply kind=late seconds=74.0 skip=1
        21319.074 create event=e6 day=7 calendar=shared title=T33 room=w5 weekly=8
        21319.786 rename event=e6@3 title=C
        21394.009 lock room=w5 code=c57
        """,
    "a call of a worker that died takes effect first, and its repetition is what was heard": """
        seed=17003925 calendars=ann@example.com,team,bob@example.com grace=300 limit=480 lease=20 write_back=description
        138.944 create event=e1 day=3 calendar=team title=B room=w1 weekly=8 guests=bob@example.com
        553.312 fault op=provider.apply kind=timeout skip=0
        1165.344 fault op=provider.apply kind=orphaned skip=5 seconds=7.5
        1165.782 split event=e1@2 to=e2 title=C hours=-2
        16912.872 drop event=e1
        17008.692 cut event=e2 weeks=1
        17018.832 follow event=e2 weeks=1 to=e4 hours=1
        18643.284 lock room=w1 code=c26
        18643.284 rename event=e4 title=T27
        18819.935 lock room=w1 code=c28
        18819.935 rename event=e4 title=T29
        """,
    "a calendar whose event cannot be read is left and comes back, its conference deleted meanwhile": """
        seed=18012359 calendars=ann@example.com,bob@example.com,shared grace=300 limit=480 write_back=off bare=yes unwatchable=shared store_clock=-0.03,0.21 queue_clock=-0.02,0.16
        24.766 create event=e1 day=16 calendar=shared title=T0 room=w1
        410.736 copy event=e1 to=e2 calendar=ann@example.com
        438.088 copy event=e1 to=e3 calendar=ann@example.com
        454.155 odd event=e4 calendar=bob@example.com room=w2
        498.133 swap event=e3 room=w2
        11971.015 expire calendar=ann@example.com
        11971.015 drop event=e3 colour=3
        11971.105 fault op=store.save kind=slow seconds=5.3 skip=1
        11978.872 unenrol calendar=bob@example.com once=yes
        24709.114 enrol calendar=bob@example.com
        """,
    "a slow deletion takes effect when who took it up since has let go again": """
        seed=19002796 calendars=ann@example.com,team,bob@example.com,shared grace=0 limit=480 lease=20 write_back=off
        15527.973 create event=e1 day=20 calendar=ann@example.com title=C room=w1
        15544.071 fault op=provider.apply kind=slow seconds=66.3 skip=0
        15544.071 fault op=delivery kind=double skip=0 seconds=7.4
        15544.571 drop event=e1
        15547.801 swap event=e1 room=w1
        15571.595 delete event=e1
        """,
    "a date is off in the first part of a split series and in a copy of it": """
        seed=20000767 calendars=ann@example.com,bob@example.com,shared grace=300 limit=480 write_back=location opaque=yes calm=yes
        278.201 dead room=w1 kind=timeout
        278.301 create event=e1 day=4 calendar=shared title=C room=w1 weekly=4
        447.220 cut event=e1 weeks=1
        455.176 follow event=e1 weeks=1 to=e2 hours=0
        879.669 delete event=e1@0
        902.035 lock room=w1 code=c19
        951.827 copy event=e1 to=e6 calendar=shared
        20922.237 delete event=e6@0
        """,
    "the first read with a new solution shows no details": """
        seed=21000310 calendars=ann@example.com,bob@example.com,shared grace=300 limit=480 ttl=7200 write_back=off unwatchable=shared solutions=titles
        338.998 create event=e1 day=3 calendar=shared title=T0 room=w1 guests=ann@example.com,bob@example.com
        732.756 create event=e2 day=9 calendar=bob@example.com title=T4 room=w2 guests=bob@example.com
        1003.733 shift event=e1 hours=1
        1021.855 create event=e3 day=10 calendar=bob@example.com title=T7 room=w3 guests=bob@example.com
        1247.523 delete event=e1
        1666.740 rename event=e3 title=T17
        2060.105 create event=e10 day=11 calendar=bob@example.com title=T32 room=w8
        8737.523 set solutions=both
        8738.561 fault op=store.read kind=kill skip=0 after=yes
        8738.714 hush event=e10
        8748.772 hide calendar=bob@example.com role=freeBusyReader
        """,
    "a stranger's event is read first, and the owner's leads all the same": """
        seed=1 calendars=ann@example.com,mallory@example.com later=ann@example.com owners=makers grace=300
        10.0 create event=e1 day=4 calendar=ann@example.com title=A room=w1
        20.0 create event=m1 day=5 calendar=mallory@example.com title=M room=w1 spelled=both
        100.0 rename event=m1 title=N
        200.0 enrol calendar=ann@example.com
        400.0 rename event=e1 title=B
        500.0 shift event=m1 hours=24
        """,
    "a stranger copies, edits and deletes what the owner had first, and is shown no link": """
        seed=2 calendars=ann@example.com,mallory@example.com owners=makers grace=300 write_back=location
        10.0 create event=e1 day=4 calendar=ann@example.com title=A room=w1
        100.0 copy event=e1 to=m1 calendar=mallory@example.com
        110.0 swap event=m1 room=w1 spelled=hyphens
        200.0 rename event=m1 title=M
        300.0 lock room=w1 code=secret
        310.0 rename event=e1 title=B
        400.0 delete event=m1
        410.0 restore event=m1
        """,
    "a stranger's event outlives the owner's, and the conference ends with it": """
        seed=3 calendars=ann@example.com,mallory@example.com owners=makers grace=300
        10.0 create event=e1 day=4 calendar=ann@example.com title=A room=w1
        60.0 create event=m1 day=5 calendar=mallory@example.com title=M room=w1 spelled=spaces weekly=4
        100.0 delete event=e1
        900.0 rename event=m1 title=N
        1000.0 look
        2000.0 delete event=m1
        """,
    "a stranger plants a conference of somebody who has no calendar here": """
        seed=4 calendars=ann@example.com,mallory@example.com owners=colleagues grace=300
        10.0 create event=m1 day=4 calendar=mallory@example.com title=M room=t1 owner=carol@example.com spelled=plain
        100.0 rename event=m1 title=N
        200.0 delete event=m1
        """,
    "a stranger takes up what was about to be deleted when its system failed": """
        seed=280 calendars=bob@example.com,mallory@example.com owners=makers grace=300
        10.0 create event=e2 day=12 calendar=bob@example.com title=A room=w2
        20.0 create event=m1 day=13 calendar=mallory@example.com title=M room=w2 spelled=plain
        100.0 fault op=provider.apply kind=429 skip=0 times=3
        101.0 delete event=e2
        102.0 delete event=m1
        800.0 restore event=m1
        """,
    "a stranger lets go of a conference while it was not said whose it is": """
        seed=91 calendars=bob@example.com,mallory@example.com owners=colleagues grace=300
        10.0 fault op=provider.owners kind=500 skip=0
        11.0 create event=m1 day=7 calendar=mallory@example.com title=M room=wc1 owner=carol@example.com spelled=spaces
        2000.0 swap event=m1 room=wm1
        """,
    "a stranger's event holds it while nobody can say whose it is, and the owner's lets go meanwhile": """
        seed=1 calendars=ann@example.com,mallory@example.com owners=makers grace=300
        10.000 create event=e1 day=4 calendar=ann@example.com title=A room=w1
        10.100 fault op=provider.owners kind=500 times=10
        10.500 create event=m1 day=4 calendar=mallory@example.com title=M room=w1 spelled=both
        15.000 delete event=e1
        1300.000 rename event=m1 title=N
        2000.000 delete event=m1
        """,
    "a stranger's event lets go last, and until then nobody could say whose it is": """
        seed=1 calendars=ann@example.com,mallory@example.com owners=makers grace=300
        10.000 create event=e1 day=4 calendar=ann@example.com title=A room=w1
        10.100 fault op=provider.owners kind=500 times=7
        10.500 create event=m1 day=4 calendar=mallory@example.com title=M room=w1 spelled=both
        15.000 delete event=e1
        60.000 delete event=m1
        """,
    "a process of before is the first to come to a link that one with newer settings wants shown": """
        seed=50000959
        135.643 create event=e1 day=13 calendar=team title=T0 room=w1 weekly=6
        503.072 delete event=e1
        751.167 odd event=e2 calendar=team room=t2
        1364.319 create event=e3 day=10 calendar=ann@example.com title=T12 room=w3 weekly=5
        2249.695 split event=e3@1 to=e4
        2251.093 create event=e5 day=11 calendar=ann@example.com title=T35 room=t4
        2628.567 follow event=e4 weeks=3 to=e6 hours=0
        2631.117 cut event=e4 weeks=3
        13875.848 rename event=e6 title=T42
        13883.450 lock room=w3 code=c43
        13883.450 rename event=e6 title=T44
        14112.409 rename event=e6 title=C
        14118.728 fault op=provider.apply kind=slow seconds=69.1 skip=0
        14159.512 create event=e9 day=5 calendar=ann@example.com title=T53 room=w6 weekly=3
        14160.054 hide calendar=ann@example.com role=freeBusyReader
        14523.255 touch event=e9 colour=3
        14528.836 unhide calendar=ann@example.com voids=yes
        14544.571 move event=e6 calendar=bob@example.com
        14545.382 fault op=store.save kind=timeout skip=0 after=yes
        14549.544 set write_back=location
        """,
    "a series lets go in a later delivery than the one that read the instance which carries by itself": """
        seed=50001249 calendars=ann@example.com,team,bob@example.com,shared page=1 limit=1 opaque=yes
        9.185 create event=e1 day=19 calendar=ann@example.com title=A room=w1 weekly=4 guests=bob@example.com
        15.649 copy event=e1 to=e2 calendar=ann@example.com
        39.421 drop event=e1
        848.321 delete event=e2@3
        928.135 drop event=e2
        929.116 restore event=e2@3
        """,
    "moved while its solution gets another name: a read passes over it, and it is not deleted": """
        seed=74001013 calendars=ann@example.com,bob@example.com,second,mallory@example.com grace=0 page=500 empty=0 limit=480 lease=60 every=21600 ttl=604800 renew=172800 write_back=off skews=0 ahead=0 deliveries=100 resets=no bare=no opaque=no slots=80 store_clock=-0.02,0.19 queue_clock=-0.06,0.17 later=ann@example.com,mallory@example.com owners=makers consent=yes away=bob@example.com
        27.540 create event=e1 day=3 calendar=bob@example.com title=A room=w1
        28.767 set solutions=renamed
        29.276 move event=e1 calendar=second
        314.049 push calendar=ann@example.com kind=drop times=3 seconds=0.7
        """,
    "an instance shows the id that its series comes to, under a name that is not ours": """
        seed=79005818 calendars=ann@example.com
        18524.893 create event=e6 day=18 calendar=ann@example.com title=A room=w4 weekly=6
        42792.902 foreign event=e6@3 room=w2
        64916.910 swap event=e6 room=w2
        64935.243 rename event=e6 title=T41
        """,
    "who made an event leaves and comes back, and another event comes to show its conference": """
        seed=80003773 calendars=ann@example.com,bob@example.com,shared write_back=location owners=makers
        291.304 create event=e1 day=18 calendar=bob@example.com title=A room=w1 weekly=6
        313.316 move event=e1 calendar=shared
        14643.426 create event=e7 day=15 calendar=shared title=A room=w6
        14644.367 unenrol calendar=bob@example.com
        14912.679 enrol calendar=bob@example.com once=yes
        15100.220 lock room=w1 code=c43
        15187.180 swap event=e7 room=w1
        """,
    "who made an event leaves and comes back, and then the event is deleted": """
        seed=80003773 calendars=ann@example.com,bob@example.com,shared owners=makers
        291.304 create event=e1 day=18 calendar=bob@example.com title=A room=w1 weekly=6
        313.316 move event=e1 calendar=shared
        14644.367 unenrol calendar=bob@example.com
        14912.679 enrol calendar=bob@example.com once=yes
        15187.180 delete event=e1
        """,
    "a call that was overtaken is the first to tell of a new passcode": """
        seed=80005979 calendars=ann@example.com,team,bob@example.com,mallory@example.com grace=300 page=500 empty=0 limit=480 lease=20 every=21600 ttl=604800 renew=172800 write_back=off skews=0 ahead=0 deliveries=100 resets=no bare=no opaque=yes slots=80 store_clock=-0.11,0.21 queue_clock=0.05,0.15 owners=makers consent=yes
        9.214 create event=e1 day=10 calendar=ann@example.com title=C room=w1l weekly=4
        468.976 rename event=e1 title=T4
        572.945 lock room=w1l code=c5
        732.249 split event=e1@1 to=e2
        732.759 touch event=e1 colour=10
        943.221 fault op=provider.apply kind=slow seconds=37.6 skip=0
        943.221 fault op=delivery kind=double skip=0 seconds=6.2
        943.721 rename event=e2 title=B
        948.437 rename event=e2 title=A
        949.347 fault op=provider.apply kind=slow seconds=102.8 skip=0
        996.577 lock room=w1l code=c34
        1148.823 drop event=e1
        30591.781 set write_back=location
        """,
    "a read that is not committed and one with other settings end with the same token": """
        seed=90007924 calendars=ann@example.com,team,bob@example.com,shared grace=300 page=500 empty=0 limit=480 lease=60 every=21600 ttl=604800 renew=172800 write_back=off skews=0 ahead=0 deliveries=100 resets=no bare=yes opaque=yes slots=80
        1194.126 fault op=calendar.changes kind=quota skip=1
        1216.567 fault op=delivery kind=double skip=0 seconds=6.3
        1217.077 fault op=store.save kind=slow seconds=9.4 skip=1
        1467.525 create event=e5 day=10 calendar=shared title=A room=w5
        1547.640 set solutions=titles
        16802.490 set solutions=both
        16803.636 swap event=e5 room=w1
        """,
    "another event leads before it is noted how its predecessor's call ended": """
        seed=90008264 calendars=ann@example.com,team,bob@example.com,mallory@example.com grace=300 page=500 empty=0 limit=480 lease=20 every=21600 ttl=7200 renew=172800 write_back=off skews=0 ahead=0 deliveries=100 resets=no bare=yes opaque=no slots=80 store_clock=-0.20,0.12 queue_clock=0.01,0.02 owners=colleagues consent=yes away=bob@example.com
        74.086 create event=e1 day=19 calendar=team title=A
        75.019 create event=m1 day=14 calendar=mallory@example.com title=M0 room=tc1 owner=carol@example.com spelled=plain weekly=3
        75.597 create event=m2 day=20 calendar=mallory@example.com title=M1 room=tc1 owner=carol@example.com spelled=both weekly=7 guests=ann@example.com
        106.501 deaf calendar=ann@example.com
        118.543 fault op=provider.apply kind=late seconds=76.6 skip=0
        118.543 fault op=delivery kind=double skip=0 seconds=4.8
        119.043 rename event=e1 title=C
        121.760 rename event=e1 title=A
        122.045 create event=m3 day=8 calendar=mallory@example.com title=M2 room=wc1 owner=carol@example.com spelled=plain
        128.398 delete event=e1
        129.409 copy event=e1 to=e2 calendar=bob@example.com
        150.190 swap event=m1 room=wc1 owner=carol@example.com spelled=spaces
        203.453 push calendar=bob@example.com kind=drop times=2 seconds=1.2
        418.484 delete event=m3
        421.830 delete event=e2
        844.237 create event=e3 day=14 calendar=bob@example.com title=A room=t3
        873.400 delete event=e3
        960.295 restore event=e3
        960.407 create event=m4 day=18 calendar=mallory@example.com title=M6 room=t3 spelled=spaces weekly=7
        960.960 fault op=calendar.changes kind=quota skip=0 times=3
        966.932 swap event=m2 room=wc1 owner=carol@example.com spelled=spaces
        982.584 delete event=e3
        990.192 restore event=e3
        994.086 delete event=e3
        1126.238 connect user=ann@example.com
        1409.095 deaf calendar=team
        1419.915 restore event=e3
        1428.433 delete event=e3
        1429.190 restore event=e3
        1436.816 delete event=e3
        1525.666 create event=e4 day=11 calendar=ann@example.com title=C room=w5
        1528.166 split event=m1@2 to=m5 title=M9
        1528.482 create event=e5 day=3 calendar=team title=A room=w6 weekly=3
        1709.686 fault op=delivery kind=double skip=0 seconds=7.4
        1713.324 swap event=e5 room=w5
        1723.783 copy event=e5 to=e6 calendar=bob@example.com
        """,
    "a call whose answer was lost on a day long after its change": """
        seed=100004589 calendars=ann@example.com,team,bob@example.com grace=300 page=1 empty=0 limit=480 lease=20 every=21600 ttl=604800 renew=172800 write_back=off skews=0 ahead=0 deliveries=100 resets=no bare=no opaque=no slots=80 store_clock=-0.21,0.02 queue_clock=0.01,0.11 later=team consent=yes
        8.832 create event=e1 day=20 calendar=team title=B room=w1 weekly=6 guests=ann@example.com
        144.363 fault op=provider.apply kind=timeout skip=1 times=6
        275.272 disconnect user=ann@example.com by=operator
        364.012 follow event=e1 weeks=1 to=e2 hours=0
        1444.325 create event=e5 day=3 calendar=bob@example.com title=A room=t4
        1445.546 move event=e1 calendar=ann@example.com
        2023.713 copy event=e5 to=c1 calendar=team
        19335.380 copy event=e1 to=c6 calendar=ann@example.com
        84313.041 connect user=ann@example.com calendar=ann@example.com
        84465.815 connect user=ann@example.com calendar=team
        """,
    "who made an event leaves, and whose it is cannot be asked when it changes": """
        seed=80003773 calendars=ann@example.com,bob@example.com,shared owners=makers
        291.304 create event=e1 day=18 calendar=bob@example.com title=A room=w1
        313.316 move event=e1 calendar=shared
        14644.367 unenrol calendar=bob@example.com
        14912.679 enrol calendar=bob@example.com once=yes
        15187.000 fault op=provider.owners kind=500 times=1
        15187.180 rename event=e1 title=T2
        20000.000 delete event=e1
        """,
    "who consents again has several calendars, and a conference moved among them meanwhile": """
        seed=110007158 calendars=ann@example.com,team,bob@example.com,second,mallory@example.com grace=0 page=500 empty=0 limit=480 lease=60 every=21600 ttl=604800 renew=172800 write_back=off skews=0,5,-3 ahead=0 deliveries=100 resets=no bare=no opaque=no slots=80 unwatchable=second store_clock=-0.05,0.19 queue_clock=0.13,0.04 owners=makers consent=yes
        36.605 create event=e1 day=17 calendar=bob@example.com title=T0 room=t1
        38.068 delete event=e1
        39.146 fault op=delivery kind=double skip=1 seconds=17.9
        382.935 create event=m1 day=7 calendar=mallory@example.com title=M0 room=wc1 owner=carol@example.com spelled=spaces weekly=8 guests=ann@example.com
        392.824 restore event=e1
        448.902 fault op=delivery kind=double skip=0 seconds=8.7
        449.402 swap event=e1 room=t2
        449.412 fault op=store.save kind=slow seconds=7.2 skip=0
        450.315 odd event=m2 calendar=mallory@example.com room=t1 spelled=both
        454.081 swap event=e1 room=t1
        486.166 swap event=e1 room=t2
        522.446 rename event=e1 title=T20
        528.201 delete event=m1
        530.164 rename event=e1 title=T22
        532.245 copy event=e1 to=e2 calendar=second
        558.381 rename event=e1 title=C
        559.494 fault op=delivery kind=double skip=0 seconds=7.3
        559.994 rename event=e1 title=A
        562.995 rename event=e1 title=C
        568.370 rename event=e1 title=A
        572.806 rename event=e1 title=C
        588.053 fault op=delivery kind=double skip=0 seconds=4.6
        589.430 fault op=* kind=kill skip=1 after=yes
        593.751 forbid user=bob@example.com
        599.516 disconnect user=ann@example.com by=operator
        748.376 create event=m3 day=3 calendar=mallory@example.com title=M4 room=wc1 owner=carol@example.com spelled=spaces weekly=4
        894.267 shift event=e1 hours=0.5
        1071.839 move event=e1 calendar=second
        1079.345 fault op=delivery kind=double skip=0 seconds=5.8
        1090.134 fault op=delivery kind=double skip=0 seconds=6.3
        1122.689 unenrol calendar=team once=yes
        1141.394 enrol calendar=team once=yes
        4241.735 connect user=ann@example.com calendar=ann@example.com
        4257.567 connect user=ann@example.com calendar=team
        9186.880 allow user=bob@example.com
        9205.658 connect user=bob@example.com
        33800.440 restore event=e1
        """,
    "a page of an earlier state shows what was deleted while it was hidden": """
        seed=110009491 calendars=ann@example.com,team,bob@example.com,mallory@example.com grace=300 page=2 empty=0 limit=1 lease=60 every=21600 ttl=604800 renew=172800 write_back=off skews=0 ahead=0 deliveries=100 resets=no bare=no opaque=no slots=80 owners=makers later=mallory@example.com
        10.434 hide calendar=team role=freeBusyReader
        248.169 create event=e2 day=15 calendar=team title=B room=w2 weekly=7
        248.179 fault op=store.save kind=slow seconds=3.1 skip=2
        248.179 enrol calendar=mallory@example.com
        252.218 delete event=e2
        """,
}
