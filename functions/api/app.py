"""The HTTP API as Lambda calls it: API Gateway HTTP API events, payload format 2.0."""

from http_api.application import application, house_of_this_process

handler = application(house_of_this_process)
