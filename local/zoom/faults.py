"""What Zoom says in trouble. Which calls suffer it: see `Fault`; theirs is a method, or `TOKEN`."""

DAILY = "You have exceeded the daily rate limit (100) of Meeting Create/Update API requests permitted."
IS_WEBINAR = "Cannot access webinar information."
IS_WEBINAR_READ = "Cannot access webinar info."  # to a GET, and with the same code 3000
AS_ORDERED = '{"code": 300, "message": "as ordered"}'
TOKEN = "TOKEN"  # in place of a method: a call for a token
