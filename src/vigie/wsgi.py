"""Pages without live rooms, for `vigie serve pages`."""

import os

from django.core.wsgi import get_wsgi_application

from vigie.core.proxies import BehindProxies

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vigie.settings")
application = BehindProxies(get_wsgi_application())
