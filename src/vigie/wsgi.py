"""Pages without live rooms, for `vigie serve pages`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vigie.settings")
application = get_wsgi_application()
