"""Ways out of the house: one small class each. ``CHANNELS`` is the only list of them."""

from reports.models import Delivery
from reports.reminders.channels.base import Channel
from reports.reminders.channels.mail import MailChannel
from reports.reminders.channels.robot import RobotChannel
from reports.reminders.channels.sms import SmsChannel

CHANNELS: dict[str, type[Channel]] = {
    Delivery.Channel.MAIL: MailChannel,
    Delivery.Channel.ROBOT: RobotChannel,
    Delivery.Channel.SMS: SmsChannel,
}
